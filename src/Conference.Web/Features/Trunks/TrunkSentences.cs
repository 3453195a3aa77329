using Conference.Core.Routing;
using Conference.Sip.Trunks;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Trunks;

/// <summary>What a trunk's health and each step of a test mean, and what to do about it.</summary>
internal static class TrunkSentences
{
    public static string Of(TrunkHealth health, IStringLocalizer<SharedWords> T) => health switch
    {
        TrunkHealth.Up => T["works"],
        TrunkHealth.Degraded => T["works badly"],
        TrunkHealth.Down => T["down"],
        _ => T["not known yet"],
    };

    public static string ColourOf(TrunkHealth health) => health switch
    {
        TrunkHealth.Up => "good",
        TrunkHealth.Degraded => "warn",
        TrunkHealth.Down => "bad",
        _ => "",
    };

    public static string Of(CalledNumberSource source, IStringLocalizer<SharedWords> T) => source switch
    {
        CalledNumberSource.To => T["To"],
        CalledNumberSource.CalledPartyId => T["P-Called-Party-ID"],
        _ => T["the request line (usual)"],
    };

    public static string Of(OutgoingIdentity identity, IStringLocalizer<SharedWords> T) => identity switch
    {
        OutgoingIdentity.AccountInFromPreferred => T["account in From, number in P-Preferred-Identity"],
        OutgoingIdentity.NumberInFrom => T["number in From"],
        _ => T["account in From, number in P-Asserted-Identity (usual)"],
    };

    public static string Of(RedirectionStyle style, IStringLocalizer<SharedWords> T) => style switch
    {
        RedirectionStyle.HistoryInfo => T["History-Info"],
        RedirectionStyle.Both => T["Diversion and History-Info"],
        RedirectionStyle.Nothing => T["nothing"],
        _ => T["Diversion (usual)"],
    };

    public static string Of(EarlyMedia early, IStringLocalizer<SharedWords> T) => early switch
    {
        EarlyMedia.Ignore => T["silence until it rings"],
        EarlyMedia.Ringing => T["ringing, whatever it plays"],
        _ => T["what it plays (usual)"],
    };

    public static string NameOf(TrialStep step, IStringLocalizer<SharedWords> T) => step switch
    {
        TrialStep.Locate => T["Find the server"],
        TrialStep.Connect => T["Connect"],
        TrialStep.Answer => T["Get an answer"],
        _ => T["Sign in"],
    };

    /// <summary>What happened, and when it went wrong, what to do.</summary>
    public static string Of(TrialOutcome outcome, IStringLocalizer<SharedWords> T) => (outcome.Step, outcome.IsGood) switch
    {
        (TrialStep.Locate, true) => T["Found."],
        (TrialStep.Locate, false) => T["The name was not found. Look at the spelling of domain and servers, and whether this machine can ask a name server."],
        (TrialStep.Connect, true) => T["Connected."],
        (TrialStep.Connect, false) => T["No connection. Look at port and transport; a firewall may stand between, or with TLS the certificate is not trusted."],
        (TrialStep.Answer, true) => T["It answers."],
        (TrialStep.Answer, false) => T["Nothing answered. Look at port and transport, open the firewall for them, and ask the provider whether it accepts calls from the address of this machine."],
        (_, true) => T["Signed in. Calls can come in."],
        _ => SignIn(outcome.Status, T),
    };

    private static string SignIn(int status, IStringLocalizer<SharedWords> T) => status switch
    {
        401 or 407 => T["User name or secret are not accepted. Type the secret anew, and look whether the provider gave you another user name for sign-in."],
        403 => T["The provider knows the account and refuses it: locked, not paid, or not from the address of this machine. Ask the provider."],
        404 => T["The provider knows no such user. Look at user name and domain."],
        423 => T["The provider wants longer between sign-ins. Make that number of seconds greater."],
        >= 500 => T["The provider is in trouble. Try again later, or write down a second server."],
        0 or 408 => T["The sign-in was not answered. Some providers are silent to addresses they do not know, or for a while after wrong secrets."],
        _ => T["The sign-in was refused with status {0}.", status],
    };
}
