using Conference.Core;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Reports;

/// <summary>What happened to somebody, in words.</summary>
public static class ReportSentences
{
    public static string Of(LeaveReason? reason, IStringLocalizer T) => reason switch
    {
        LeaveReason.HungUp => T["hung up"],
        LeaveReason.Removed => T["removed by a host"],
        LeaveReason.ConferenceEnded => T["the conference ended"],
        LeaveReason.ConnectionLost => T["the connection was lost"],
        LeaveReason.ServerStopped => T["the server was stopped"],
        LeaveReason.ServerRestarted => T["the server restarted"],
        _ => "",
    };

    public static string Of(CloseReason? reason, IStringLocalizer T) => reason switch
    {
        CloseReason.Empty => T["everybody had left"],
        CloseReason.EndedByHost => T["ended by a host"],
        CloseReason.ServerStopped => T["the server was stopped"],
        CloseReason.ServerRestarted => T["the server restarted"],
        _ => "",
    };

    /// <summary>How somebody sounded, in a word.</summary>
    public static string OfScore(double score, IStringLocalizer T) => QualityBars.Of(score) switch
    {
        4 => T["Good"],
        3 => T["Fair"],
        2 => T["Poor"],
        _ => T["Bad"],
    };

    /// <summary>The figures behind it.</summary>
    public static string OfQuality(Attendance leg, IStringLocalizer T) =>
        T["Score {0} (worst {1}), loss {2} %, jitter {3} ms, delay {4} ms", leg.Score!, leg.WorstScore ?? leg.Score!, leg.LossPercent ?? 0, leg.JitterMs ?? 0, leg.DelayMs ?? 0];

    public static string Of(Role role, IStringLocalizer T) => role == Role.Host ? T["Host"] : T["Guest"];

    public static string Of(Via via, IStringLocalizer T) => via == Via.Browser ? T["Browser"] : T["Phone"];
}
