using System.Collections.Immutable;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>Finds registered devices. Lives on the SIP loop.</summary>
internal interface IDeviceLookup
{
    /// <param name="account">Its account.</param>
    /// <param name="found">Called once: where it is, or <see langword="null"/> when it is not registered and did not come back in a moment.</param>
    void Find(string account, Action<DevicePlace?> found);

    /// <summary>The account of the one registered device that a GRUU means (RFC 5627 §5.1), or <see langword="null"/>.</summary>
    string? AccountOf(ReadOnlySpan<byte> uri);
}

/// <param name="Contact">Its Contact, character for character: the Request-URI of every request to it.</param>
/// <param name="Flow">The flow it registered on (RFC 5626).</param>
/// <param name="Again">Where a new connection finds it when that flow is gone, else <see langword="null"/>.</param>
/// <param name="Path">The proxies before it, nearest first (RFC 3327).</param>
internal sealed record DevicePlace(string Contact, Flow Flow, Hop? Again, ImmutableArray<string> Path);
