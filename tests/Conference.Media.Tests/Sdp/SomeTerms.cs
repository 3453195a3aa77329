using System.Net;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Tests.Sdp;

/// <summary>Terms that several tests agree under.</summary>
internal static class SomeTerms
{
    public static Fingerprint Certificate { get; } = Fingerprint.Of([1, 2, 3]);

    public static SdpTerms Everything { get; } = new()
    {
        Formats =
        [
            new("opus", 48000, 48000, 111) { Channels = 2 },
            new("G722", 8000, 16000, 9),
            new("PCMA", 8000, 8000, 8),
            new("PCMU", 8000, 8000, 0),
            new("G729", 8000, 8000, 18),
            new("GSM", 8000, 8000, 3),
            new("G726-32", 8000, 8000, 112),
        ],
    };

    public static SdpTerms Protected { get; } = Everything with
    {
        Security = MediaSecurity.Accept,
        Certificate = Certificate,
        Ice = new IceHost(10000, [IPAddress.Parse("198.51.100.7")]),
    };
}
