using System.Collections.Immutable;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>Finds registered devices. Lives on the SIP loop.</summary>
internal interface IDeviceLookup
{
    /// <summary>Where the device of that account is; one whose connection broke just now is given a moment to come back.</summary>
    /// <param name="account">Its user name.</param>
    /// <param name="found">Called once, on the loop; <see langword="null"/> when it is not registered or does not answer.</param>
    void FindSoon(string account, Action<DevicePlace?> found);
}

/// <param name="Contact">Its Contact, character for character: the Request-URI of every request to it.</param>
/// <param name="Flow">The flow it registered on (RFC 5626).</param>
/// <param name="Path">The proxies before it, nearest first (RFC 3327).</param>
internal sealed record DevicePlace(string Contact, Flow Flow, ImmutableArray<string> Path);
