using System.Text;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Asking by INFO for a picture that builds on no other (RFC 5168): for phones that know no such question in RTCP.</summary>
internal static class PictureControl
{
    private const string Type = "application/media_control+xml";
    private const int Longest = 2048;

    public static SipBody Request { get; } = new(Type, Encoding.ASCII.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>\r\n"));

    /// <summary>Looked for, not parsed: nothing else of the document is of use.</summary>
    public static bool IsRequest(SipBody body) =>
        body.ContentType.StartsWith(Type, StringComparison.OrdinalIgnoreCase) && body.Bytes.Length <= Longest && body.Bytes.Span.IndexOf("picture_fast_update"u8) >= 0;
}
