namespace Conference.Core.Routing;

/// <summary>What a call outside is, for permissions and limits. Everything is closed until somebody opens it.</summary>
public enum CallClass
{
    /// <summary>Never refused for permissions, limits or channels.</summary>
    Emergency,
    Local,
    National,
    Mobile,
    International,

    /// <summary>Freephone, service and short numbers.</summary>
    Special,

    /// <summary>Shared-revenue, satellite and the like.</summary>
    Premium,
}
