using Conference.Sip.Dialogs;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Names a dialog that is to be taken over (RFC 3891 §6.1), seen from us: its to-tag is our tag.</summary>
/// <param name="Id">The dialog.</param>
/// <param name="IsEarlyOnly">Whether a call that is answered must be left alone.</param>
internal sealed record ReplacesHeader(DialogId Id, bool IsEarlyOnly)
{
    private const int Longest = 512;

    /// <summary>Reads the header, or the same text out of a Refer-To URI once its escapes are undone.</summary>
    /// <returns>The dialog, or <see langword="null"/> when Call-ID or a tag is missing.</returns>
    public static ReplacesHeader? Read(ReadOnlySpan<byte> value)
    {
        var text = SipText.Trim(SipText.Flat(value));
        var semicolon = text.IndexOf((byte)';');
        if (semicolon <= 0 || text.Length > Longest || text.Contains((byte)',')) return null;
        var parameters = text[semicolon..];
        var hasTo = Parameters.Find(parameters, "to-tag"u8, out var to);
        var hasFrom = Parameters.Find(parameters, "from-tag"u8, out var from);
        if (!hasTo || !hasFrom || to.IsEmpty || from.IsEmpty) return null;
        var id = new DialogId(SipText.Latin(SipText.TrimEnd(text[..semicolon])), Tag(to), Tag(from));
        return new ReplacesHeader(id, Parameters.Find(parameters, "early-only"u8, out _));
    }

    /// <summary>A tag of 0 stands for none (RFC 3891 §6.1).</summary>
    private static string Tag(ReadOnlySpan<byte> tag) => tag is [(byte)'0'] ? "" : SipText.Latin(tag);
}
