using System.Collections.Immutable;
using System.Security.Cryptography;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>A request of ours outside a dialog, written again for every attempt: same Call-ID and From, another number and branch (RFC 3261 §8.1.1).</summary>
internal sealed class OutgoingRequest(Identity me, string method, CallTarget target, Destination destination, CallerIdentity caller)
{
    private readonly string _callId = RandomNumberGenerator.GetHexString(32, lowercase: true); // never the caller's: a B2BUA's legs are strangers
    private readonly string _tag = SipTokens.Tag();
    private uint _cseq = (uint)Random.Shared.Next(1, 10_000);
    private string? _from;
    private string? _to;

    public int MaxForwards { get; init; } = 70;

    /// <summary>Max-Breadth (RFC 5393), or <see langword="null"/> for what holds unless it is said.</summary>
    public int? MaxBreadth { get; init; }

    public SipBody? Body { get; init; }

    /// <summary>What is sent in place of the body when the request is too large for a datagram, or <see langword="null"/>.</summary>
    public SipBody? Brief { get; init; }

    /// <summary>Headers of this method, for instance Supported.</summary>
    public IReadOnlyList<(HeaderId Id, string Value)> Extras { get; set; } = [];

    /// <summary>Headers the house adds; what could begin another header is left out.</summary>
    public ImmutableArray<(string Name, string Value)> More { get; init; } = [];

    /// <summary>Whether a Contact is told: a request that begins a dialog must have one.</summary>
    public bool HasContact { get; init; }

    /// <summary>User part of our Contact: the token of a trunk, so that what comes back names it.</summary>
    public string ContactUser => destination.Line is { Token.Length: > 0 } line ? SipUri.EscapeUser(line.Token) : "";

    /// <summary>
    /// Writes the next attempt; with short header names, and then with a shorter offer, when it would not fit a datagram otherwise
    /// (RFC 3261 §7.3.3, §18.1.1). What is still too large goes another way whole.
    /// </summary>
    public byte[] Write(Flow flow, ReadOnlySpan<(HeaderId Id, string Value)> credentials)
    {
        var (branch, cseq) = (SipTokens.Branch(), ++_cseq);
        var request = Write(flow, credentials, branch, cseq, Body, isCompact: false);
        if (flow.IsReliable || request.Length <= LargeRequests.Largest) return request;
        var compact = Write(flow, credentials, branch, cseq, Body, isCompact: true);
        if (compact.Length <= LargeRequests.Largest || Brief is null) return compact;
        var brief = Write(flow, credentials, branch, cseq, Brief, isCompact: true);
        return brief.Length <= LargeRequests.Largest ? brief : compact;
    }

    private byte[] Write(Flow flow, ReadOnlySpan<(HeaderId Id, string Value)> credentials, string branch, uint cseq, SipBody? body, bool isCompact)
    {
        _from ??= $"{CallerText.Address(caller, HostFor(flow))};tag={_tag}";
        _to ??= destination.ToUser is { } user ? $"<sip:{SipUri.EscapeUser(user)}@{me.Host(flow)}>" : $"<{destination.Uri}>";
        var writer = new SipWriter { IsCompact = isCompact };
        writer.Request(method, System.Text.Encoding.ASCII.GetBytes(destination.Uri));
        writer.Header(HeaderId.Via, $"SIP/2.0/{flow.Transport} {me.SentBy(flow)};branch={branch};rport");
        writer.Header(HeaderId.MaxForwards, MaxForwards);
        if (MaxBreadth is { } breadth) writer.Header(HeaderId.MaxBreadth, breadth);
        foreach (var route in destination.Routes) writer.Header(HeaderId.Route, route);
        writer.Header(HeaderId.From, _from);
        writer.Header(HeaderId.To, _to);
        writer.Header(HeaderId.CallId, _callId);
        writer.Header(HeaderId.CSeq, $"{cseq} {method}");
        if (HasContact) writer.Header(HeaderId.Contact, me.Contact(flow, ContactUser));
        foreach (var (id, value) in CallerText.Assertions(caller, HostFor(flow))) writer.Header(id, value);
        foreach (var (id, value) in Extras) writer.Header(id, value);
        foreach (var (id, value) in credentials) writer.Header(id, value);
        foreach (var (name, value) in More.Concat(target.Headers))
            if (IsHarmless(name, value))
                writer.Header(name, value);
        return writer.Finish(body?.ContentType ?? "", body is null ? [] : body.Bytes.Span);
    }

    private string HostFor(Flow flow) => caller.Domain ?? destination.Line?.Domain ?? me.Host(flow);

    private static bool IsHarmless(string name, string value) =>
        SipText.IsToken(System.Text.Encoding.UTF8.GetBytes(name)) && !value.Any(char.IsControl);
}
