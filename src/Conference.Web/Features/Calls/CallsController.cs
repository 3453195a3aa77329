using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Sip.Tracing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Calls;

/// <summary>Calls in progress, who is registered, and what passed on the wire when something went wrong.</summary>
[Authorize(Policy = Policies.Operators), Route("calls")]
public sealed class CallsController(LiveCalls calls, Switchboard exchange, DeviceBook book, ISipTrace trace, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    /// <summary>More traced calls than this nobody reads through; the search looks at all.</summary>
    private const int Shown = 50;

    /// <summary>Calls in progress on one page; the search looks at all.</summary>
    private const int MostCalls = 200;

    /// <summary>A call has a leg for each phone that rang.</summary>
    private const int MostLegs = 64;

    private const int LongestCallId = 512;

    /// <summary>Trunks are asked every half minute whether they are there; that is shown to those who look for it.</summary>
    private const string Probe = "OPTIONS";

    /// <param name="q">Number, name, user name, address or Call-ID to look for among calls, registrations and traces.</param>
    /// <param name="page">Which part of the registrations.</param>
    [HttpGet("")]
    public IActionResult Show(string? q, int page)
    {
        var words = Shared.Wanted.Words(q);
        var inProgress = calls.All.Where(c => Shared.Wanted.Fits(words, TextOf(c))).ToImmutableArray();
        var registered = book.Reachable.Select(r => (Card: book.Find(r.Username), Where: r)).Where(r => Shared.Wanted.Fits(words, TextOf(r.Card, r.Where))).ToImmutableArray();
        var (part, paging) = Paging.Of(registered, page, "/calls", q?.Trim() ?? "");
        return View(new CallsPage([.. inProgress.Take(MostCalls)], inProgress.Length, [.. trace.Calls.Where(c => IsLike(c, q)).Take(Shown)], part, registered.Length, paging));
    }

    /// <summary>Ends a call for everybody in it.</summary>
    [HttpDelete("{id:guid}")]
    public IActionResult HangUp(Guid id)
    {
        var call = calls.All.FirstOrDefault(c => c.Id == id);
        if (call is null || !exchange.HangUp(id)) this.SayTrouble(T["This call is over already."]);
        else
        {
            feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.HungUp, AdminSubject.Call, $"{call.From} → {call.To}"));
            this.Say(T["Hung up."]);
        }

        return RedirectToAction(nameof(Show));
    }

    /// <param name="id">Call-IDs, one for each leg.</param>
    /// <param name="q">Only messages that hold this text.</param>
    [HttpGet("trace")]
    public IActionResult Trace(string[] id, string? q)
    {
        var messages = Read(id);
        var wanted = messages.Where(m => string.IsNullOrWhiteSpace(q) || m.Text.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase));
        return View(new TracePage([.. id], [.. wanted], q ?? "", messages.Length));
    }

    /// <summary>The same as a text file to send to whoever can help.</summary>
    [HttpGet("trace.txt")]
    public IActionResult Download(string[] id)
    {
        var text = new StringBuilder();
        foreach (var message in Read(id))
            text.Append(CultureInfo.InvariantCulture, $"{message.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z {(message.IsSent ? "sent to" : "received from")} {message.Peer} {message.Transport}\n\n{message.Text.ReplaceLineEndings("\n").TrimEnd()}\n\n\n");
        return File(Encoding.UTF8.GetBytes(text.ToString()), "text/plain; charset=utf-8", "sip-trace.txt");
    }

    private static string TextOf(LiveCall call) => $"{call.From} {call.FromName} {call.To} {call.ToName} {string.Join(' ', call.Legs.Select(l => $"{l.Label} {l.Extension} {l.CallId}"))}";

    private static string TextOf(DeviceCard? card, Reachable where) => $"{where.Username} {card?.Extension} {card?.Name} {card?.Label} {where.Address} {where.Transport} {where.UserAgent}";

    private ImmutableArray<TracedMessage> Read(string[] ids) => trace.Read([.. ids.Where(i => i is { Length: > 0 and <= LongestCallId }).Take(MostLegs)]);

    private static bool IsLike(TracedCall call, string? wanted) =>
        string.IsNullOrWhiteSpace(wanted) ? call.Method != Probe : $"{call.From} {call.To} {call.CallId} {call.Method}".Contains(wanted.Trim(), StringComparison.OrdinalIgnoreCase);
}

/// <param name="AllCalls">How many fit the search, shown or not.</param>
/// <param name="Registered">Where phones are, with what is known of each: one part of them.</param>
/// <param name="AllRegistered">How many fit the search.</param>
public sealed record CallsPage(
    ImmutableArray<LiveCall> Calls, int AllCalls, ImmutableArray<TracedCall> Traced, ImmutableArray<(DeviceCard? Card, Reachable Where)> Registered, int AllRegistered, Paging Paging);

/// <param name="All">How many there are without the filter.</param>
public sealed record TracePage(ImmutableArray<string> Ids, ImmutableArray<TracedMessage> Messages, string Wanted, int All)
{
    public string Query => string.Join('&', Ids.Select(i => $"id={Uri.EscapeDataString(i)}"));
}
