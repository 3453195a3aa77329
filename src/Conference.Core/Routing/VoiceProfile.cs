using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>How voices and keys travel to one phone or one trunk.</summary>
public sealed record VoiceProfile
{
    public static VoiceProfile Usual { get; } = new();

    /// <summary>Names of codecs in order, for instance G722, PCMA; empty for all we have.</summary>
    public ImmutableArray<string> Codecs { get; init; } = [];

    /// <summary>Whether voices are encrypted.</summary>
    public VoiceProtection Protection { get; init; }

    /// <summary>How keys are sent to it.</summary>
    public KeyMode Keys { get; init; }

    /// <summary>How voices and keys travel on a trunk.</summary>
    public static VoiceProfile Of(TrunkPlan trunk) => new() { Codecs = trunk.Codecs, Protection = trunk.Protection, Keys = trunk.Keys };
}

/// <summary>Whether voices are encrypted (SRTP).</summary>
public enum VoiceProtection
{
    /// <summary>As the site has it.</summary>
    Site,

    /// <summary>Never.</summary>
    Off,

    /// <summary>When the other side asks for it.</summary>
    Accept,

    /// <summary>Keys in the signalling are asked for (RFC 4568); calls without are refused.</summary>
    Require,

    /// <summary>Keys by a handshake are asked for, as browsers do (RFC 5763); calls without are refused.</summary>
    RequireHandshake,
}

/// <summary>How keys are sent.</summary>
public enum KeyMode
{
    /// <summary>RFC 4733, or INFO where the other side takes no events.</summary>
    Events,

    /// <summary>INFO, application/dtmf-relay.</summary>
    Info,

    /// <summary>Tones in the voice.</summary>
    InBand,
}
