using Conference.Core;
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

    public static string Of(Role role, IStringLocalizer T) => role == Role.Host ? T["Host"] : T["Guest"];

    public static string Of(Via via, IStringLocalizer T) => via == Via.Browser ? T["Browser"] : T["Phone"];
}
