using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Messages;

/// <summary>An answer as a value; it becomes octets when the request it belongs to is known (RFC 3261 §8.2.6).</summary>
internal sealed class SipReply(int status, string? reason = null)
{
    private readonly List<(HeaderId Id, string Value)> _headers = [];
    private string _contentType = "";
    private ReadOnlyMemory<byte> _body;

    public int Status { get; } = status;

    public string Reason { get; } = reason ?? SipReason.Of(status);

    public bool HasBody => !_body.IsEmpty;

    /// <summary>Whether the route set of a dialog is told: 180 and 2xx to INVITE (§12.1.1).</summary>
    public bool CopiesRecordRoute { get; init; }

    public SipReply With(HeaderId id, string value)
    {
        _headers.Add((id, value));
        return this;
    }

    public SipReply With(HeaderId id, long value) => With(id, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public SipReply WithBody(string contentType, ReadOnlyMemory<byte> body)
    {
        (_contentType, _body) = (contentType, body);
        return this;
    }

    /// <summary>Writes the answer to this request.</summary>
    /// <param name="request">What is answered: Via, From, To, Call-ID and CSeq are copied from it.</param>
    /// <param name="toTag">Our tag, added unless the request had one already; empty for 100.</param>
    /// <param name="source">Where the request came from, told in received and rport (RFC 3581 §4).</param>
    public byte[] Write(SipMessage request, string toTag, IPEndPoint source)
    {
        var writer = new SipWriter();
        writer.Response(Status, Reason);
        WriteVias(ref writer, request, source);
        if (CopiesRecordRoute) writer.Copy(request, HeaderId.RecordRoute);
        writer.Copy(request, HeaderId.From);
        WriteTo(ref writer, request, toTag);
        writer.Copy(request, HeaderId.CallId);
        writer.Copy(request, HeaderId.CSeq);
        if (Status == 100) writer.Copy(request, HeaderId.Timestamp);
        foreach (var (id, value) in _headers) writer.Header(id, value);
        return writer.Finish(_contentType, _body.Span);
    }

    private static void WriteVias(ref SipWriter writer, SipMessage request, IPEndPoint source)
    {
        var isTop = true;
        foreach (var field in request.Fields(HeaderId.Via))
        {
            writer.Name(HeaderId.Via);
            if (isTop) WriteTopVia(ref writer, field, source);
            else writer.Unfolded(field);
            writer.EndHeader();
            isTop = false;
        }
    }

    /// <summary>The top Via with the truth about where it came from.</summary>
    private static void WriteTopVia(ref SipWriter writer, ReadOnlySpan<byte> field, IPEndPoint source)
    {
        var comma = Splitter.Find(field, (byte)',', out _);
        var top = SipText.TrimEnd(comma < 0 ? field : field[..comma]);
        if (!Via.TryParse(top, out var via))
        {
            writer.Unfolded(field);
            return;
        }

        writer.Unfolded(SipText.TrimEnd(top[..(top.Length - via.Parameters.Length)]));
        WriteParameters(ref writer, via, source);
        if (comma >= 0) writer.Unfolded(field[comma..]);
    }

    private static void WriteParameters(ref SipWriter writer, Via via, IPEndPoint source)
    {
        var all = new Parameters(via.Parameters);
        while (all.MoveNext())
        {
            if (SipText.Is(all.Name, "received"u8) || SipText.Is(all.Name, "rport"u8)) continue;
            writer.Text(";");
            writer.Unfolded(all.Name);
            if (all.Value.IsEmpty) continue;
            writer.Text("=");
            writer.Unfolded(all.Value);
        }

        var address = SipText.Address(source.Address);
        if (via.HasRport || !SipText.Is(via.Host, System.Text.Encoding.ASCII.GetBytes(Bracketed(source.Address)))) writer.Text(";received=" + address);
        if (!via.HasRport) return;
        writer.Text(";rport=");
        writer.Number(source.Port);
    }

    private static void WriteTo(ref SipWriter writer, SipMessage request, string toTag)
    {
        if (!request.Has(HeaderId.To)) return;
        writer.Name(HeaderId.To);
        writer.Unfolded(request.Header(HeaderId.To));
        if (toTag.Length > 0 && request.IsOutOfDialog) writer.Text(";tag=" + toTag);
        writer.EndHeader();
    }

    private static string Bracketed(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? "[" + SipText.Address(address) + "]" : address.ToString();
}
