using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>What calls need to know of trunks. Lives on the SIP loop.</summary>
internal interface ITrunkLookup
{
    /// <summary>The line of that name, or <see langword="null"/>.</summary>
    TrunkLine? Find(string name);

    /// <summary>The server the line is registered with, or which answered last: calls go there first. <see langword="null"/> when none did.</summary>
    Hop? Current(string name);
}
