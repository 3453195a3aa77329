using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Sip.Trunks;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Trunks;

/// <summary>A trunk in the words of whoever has the provider's letter before them.</summary>
public sealed class TrunkForm
{
    /// <summary>Rows of a rewriting table; a provider that needs more has not been seen.</summary>
    private const int MostRewrites = 20;

    private const int MostServers = 8;

    private const int MostFailoverCodes = 20;

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", ErrorMessage = "Letters, digits, blanks and . - _, at most 64.")]
    public string Name { get; set; } = "";

    [Display(Name = "In use")]
    public bool IsEnabled { get; set; } = true;

    [Display(Name = "How it knows us")]
    public bool Registers { get; set; } = true;

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Domain of the provider"), Required(ErrorMessage = "Please fill this in."), StringLength(253, ErrorMessage = "At most {1} characters.")]
    public string Domain { get; set; } = "";

    [Display(Name = "User name"), RegularExpression(@"[A-Za-z0-9+._~!*'()&=$,;?/-]{1,100}", ErrorMessage = "No blanks, no @ and no quotes here.")]
    public string? User { get; set; }

    [Display(Name = "Secret"), StringLength(200, ErrorMessage = "At most {1} characters.")]
    public string? NewSecret { get; set; }

    /// <summary>A secret typed before the last button, encrypted by us, so that a test does not lose it.</summary>
    public string? HeldSecret { get; set; }

    [Display(Name = "User name for sign-in, if another"), RegularExpression("[^\"\\\\\\s]{1,100}", ErrorMessage = "No blanks, no @ and no quotes here.")]
    public string? AuthUser { get; set; }

    [Display(Name = "Servers, best first"), StringLength(1000, ErrorMessage = "At most {1} characters.")]
    public string? Servers { get; set; }

    [Display(Name = "The first is an outbound proxy")]
    public bool RoutesByProxy { get; set; }

    [Display(Name = "Transport")]
    public string? Transport { get; set; }

    [Display(Name = "Realm"), StringLength(100, ErrorMessage = "At most {1} characters.")]
    public string? Realm { get; set; }

    [Display(Name = "Sign in anew every (seconds)"), Range(60, 86400, ErrorMessage = "From {1} to {2}.")]
    public int Expires { get; set; } = 300;

    [Display(Name = "Ask whether it is there every (seconds)"), Range(0, 3600, ErrorMessage = "From {1} to {2}.")]
    public int Probe { get; set; } = 30;

    [Display(Name = "Session timer (minutes)"), Range(0, 240, ErrorMessage = "From {1} to {2}.")]
    public int SessionMinutes { get; set; } = 30;

    [Display(Name = "Reliable ringing (100rel)")]
    public bool Takes100Rel { get; set; } = true;

    [Display(Name = "SHA-256 of its certificate"), RegularExpression("[0-9A-Fa-f: ]{64,95}", ErrorMessage = "64 hexadecimal digits, colons between if you like.")]
    public string? PinnedCertificate { get; set; }

    [Display(Name = "Addresses that may call in"), StringLength(2000, ErrorMessage = "At most {1} characters.")]
    public string? PeerNetworks { get; set; }

    [Display(Name = "Believe who it says is calling")]
    public bool TrustsIdentity { get; set; }

    [Display(Name = "The called number stands in")]
    public CalledNumberSource CalledFrom { get; set; }

    [Display(Name = "Who calls, towards the provider")]
    public OutgoingIdentity Identity { get; set; }

    [Display(Name = "Write the number into Remote-Party-ID too")]
    public bool WritesRemotePartyId { get; set; }

    [Display(Name = "Who forwarded a call is told in")]
    public RedirectionStyle Redirection { get; set; }

    [Display(Name = "Main number"), RegularExpression(@"\+?[0-9]{2,15}", ErrorMessage = "2 to 15 digits, with + in front if you like.")]
    public string? MainNumber { get; set; }

    [Display(Name = "Calls at a time"), Range(1, 1000, ErrorMessage = "From {1} to {2}.")]
    public int? MaxChannels { get; set; }

    [Display(Name = "New calls per second"), Range(1, 1000, ErrorMessage = "From {1} to {2}.")]
    public int? MaxCallsPerSecond { get; set; }

    public List<CallClass> Classes { get; set; } = [];

    public List<HoursRow> Hours { get; set; } = [];

    [Display(Name = "Answers after which the next trunk is tried"), RegularExpression("[0-9 ,;]{0,100}", ErrorMessage = "Status codes with blanks or commas between: 408, 480, 503.")]
    public string? FailoverCodes { get; set; }

    [Display(Name = "Leave a silent server alone for (seconds)"), Range(1, 3600, ErrorMessage = "From {1} to {2}.")]
    public int DeadSeconds { get; set; } = 30;

    [Display(Name = "Send from this address of ours"), StringLength(45, ErrorMessage = "At most {1} characters.")]
    public string? LocalAddress { get; set; }

    [Display(Name = "More headers in every call"), StringLength(2000, ErrorMessage = "At most {1} characters.")]
    public string? ExtraHeaders { get; set; }

    [Display(Name = "Voices are")]
    public VoiceProtection Protection { get; set; }

    [Display(Name = "Before it answers, callers hear")]
    public EarlyMedia EarlyMedia { get; set; }

    [Display(Name = "Codecs, best first"), StringLength(60, ErrorMessage = "At most {1} characters.")]
    public string? Codecs { get; set; }

    [Display(Name = "Keys are sent as")]
    public KeyMode Keys { get; set; }

    [Display(Name = "Write user=phone")]
    public bool WritesUserPhone { get; set; }

    public List<RewriteRow> NumbersIn { get; set; } = [];

    public List<RewriteRow> NumbersOut { get; set; } = [];

    [Display(Name = "Try a number"), RegularExpression(@"[+]?[0-9*#]{1,32}", ErrorMessage = "A number as it is dialled: digits, * and #.")]
    public string? Sample { get; set; }

    internal static TrunkForm Of(TrunkPlan plan)
    {
        var line = plan.Line;
        return new TrunkForm
        {
            Name = line.Name,
            IsEnabled = plan.IsEnabled,
            Registers = line.Registers,
            Domain = line.Domain,
            User = line.User,
            AuthUser = line.AuthUser,
            Servers = string.Join('\n', line.Servers),
            RoutesByProxy = line.RoutesByProxy,
            Transport = line.Transport,
            Realm = line.Realm,
            Expires = (int)line.Expires.TotalSeconds,
            Probe = (int)line.ProbeEvery.TotalSeconds,
            SessionMinutes = (int)line.SessionExpires.TotalMinutes,
            Takes100Rel = line.Takes100Rel,
            PinnedCertificate = line.PinnedCertificate,
            PeerNetworks = Networks.Write(plan.PeerNetworks),
            TrustsIdentity = plan.TrustsIdentity,
            CalledFrom = plan.CalledFrom,
            Identity = plan.Identity,
            WritesRemotePartyId = plan.WritesRemotePartyId,
            Redirection = plan.Redirection,
            MainNumber = plan.MainNumber,
            MaxChannels = plan.MaxChannels,
            MaxCallsPerSecond = plan.MaxCallsPerSecond,
            Classes = [.. plan.Classes.Order()],
            Hours = HoursRow.Of(plan.Hours),
            FailoverCodes = string.Join(", ", plan.FailoverCodes),
            DeadSeconds = (int)line.DeadFor.TotalSeconds,
            LocalAddress = line.LocalAddress,
            ExtraHeaders = string.Join('\n', plan.ExtraHeaders.Select(h => $"{h.Name}: {h.Value}")),
            Protection = plan.Protection,
            EarlyMedia = plan.EarlyMedia,
            Codecs = string.Join(", ", plan.Codecs),
            Keys = plan.Keys,
            WritesUserPhone = plan.WritesUserPhone,
            NumbersIn = Rows(plan.NumbersIn),
            NumbersOut = Rows(plan.NumbersOut),
        };
    }

    /// <summary>The plan this makes, without a secret; complaints go beside their fields.</summary>
    internal TrunkPlan Read(ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        void Complain(string field, string sentence) => problems.AddModelError($"Form.{field}", sentence);

        if (Domain.Length > 0 && !IsHost(Domain.Trim())) Complain(nameof(Domain), T["“{0}” is no name of a host. Write for instance sip.example.org.", Domain.Trim()]);
        if (Registers && string.IsNullOrWhiteSpace(User)) Complain(nameof(User), T["To sign in, a user name is needed."]);
        if (Transport is not (null or "" or "udp" or "tcp" or "tls")) Complain(nameof(Transport), T["Choose one of the list."]);
        if (!Enum.IsDefined(CalledFrom)) Complain(nameof(CalledFrom), T["Choose one of the list."]);
        if (!Enum.IsDefined(Identity)) Complain(nameof(Identity), T["Choose one of the list."]);
        if (!Enum.IsDefined(Redirection)) Complain(nameof(Redirection), T["Choose one of the list."]);
        if (!Enum.IsDefined(Keys)) Complain(nameof(Keys), T["Choose one of the list."]);
        if (!Enum.IsDefined(Protection)) Complain(nameof(Protection), T["Choose one of the list."]);
        if (!Enum.IsDefined(EarlyMedia)) Complain(nameof(EarlyMedia), T["Choose one of the list."]);
        if (Filled(LocalAddress) is { } from && !IPAddress.TryParse(from, out _)) Complain(nameof(LocalAddress), T["“{0}” is no address. Write for instance 192.0.2.5.", from]);
        var (networks, wrong) = Networks.Read(PeerNetworks);
        if (wrong is not null) Complain(nameof(PeerNetworks), ExchangeSentences.NoNetwork(wrong, T));
        var (codecs, noCodec) = VoiceSentences.Read(Codecs);
        if (noCodec is not null) Complain(nameof(Codecs), VoiceSentences.NoneOfThese(noCodec, VoiceSentences.Codecs, T));
        var codes = ReadCodes(sentence => Complain(nameof(FailoverCodes), sentence), T);
        var headers = ExtraHeaderText.Read(ExtraHeaders, sentence => Complain(nameof(ExtraHeaders), sentence), T);
        var servers = ReadServers(sentence => Complain(nameof(Servers), sentence), T);
        var pin = PinnedCertificate?.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (pin is { Length: > 0 and not 64 }) Complain(nameof(PinnedCertificate), T["64 hexadecimal digits, colons between if you like."]);

        var line = new TrunkLine(Name.Trim(), Domain.Trim())
        {
            Servers = servers,
            RoutesByProxy = RoutesByProxy && servers.Length > 0,
            Transport = Filled(Transport),
            Registers = Registers,
            User = Filled(User) ?? "",
            AuthUser = Filled(AuthUser) ?? "",
            Realm = Filled(Realm),
            Expires = TimeSpan.FromSeconds(Expires),
            ProbeEvery = TimeSpan.FromSeconds(Probe),
            SessionExpires = TimeSpan.FromMinutes(SessionMinutes),
            Takes100Rel = Takes100Rel,
            PinnedCertificate = Filled(pin),
            LocalAddress = Filled(LocalAddress),
            DeadFor = TimeSpan.FromSeconds(DeadSeconds),
        };
        return new TrunkPlan(line)
        {
            IsEnabled = IsEnabled,
            PeerNetworks = networks,
            TrustsIdentity = TrustsIdentity,
            CalledFrom = CalledFrom,
            NumbersIn = ReadRewrites(NumbersIn, nameof(NumbersIn), Complain, T),
            NumbersOut = ReadRewrites(NumbersOut, nameof(NumbersOut), Complain, T),
            Identity = Identity,
            WritesRemotePartyId = WritesRemotePartyId,
            Redirection = Redirection,
            MainNumber = Filled(MainNumber),
            MaxChannels = MaxChannels,
            MaxCallsPerSecond = MaxCallsPerSecond,
            Classes = [.. Classes.Where(c => Enum.IsDefined(c) && c != CallClass.Emergency)],
            Hours = HoursRow.Read(Hours, $"Form.{nameof(Hours)}", problems, T),
            FailoverCodes = codes,
            ExtraHeaders = headers,
            Protection = Protection,
            EarlyMedia = EarlyMedia,
            Codecs = codecs,
            Keys = Keys,
            WritesUserPhone = WritesUserPhone,
        };
    }

    /// <summary>Rewriting as far as it can be understood, for a preview while somebody types.</summary>
    internal (ImmutableArray<NumberRewrite> In, ImmutableArray<NumberRewrite> Out) Rewrites() => (Understood(NumbersIn), Understood(NumbersOut));

    private static ImmutableArray<NumberRewrite> Understood(List<RewriteRow> rows) =>
        [.. rows.Where(r => r.Pattern is not null && DialPattern.IsValid(r.Pattern.Trim())).Select(r => r.Rule)];

    private static ImmutableArray<NumberRewrite> ReadRewrites(List<RewriteRow> rows, string field, Action<string, string> complain, IStringLocalizer<SharedWords> T)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].IsEmpty) continue;
            if (!DialPattern.IsValid(rows[i].Pattern?.Trim() ?? "")) complain($"{field}[{i}].Pattern", T["This is no pattern. Write digits, X (0-9), Z (1-9), N (2-9), [1-5], and a dot at the end for the rest."]);
            if ((rows[i].Prepend ?? "").Trim().AsSpan().ContainsAnyExcept("+0123456789*#")) complain($"{field}[{i}].Prepend", T["A number as it is dialled: digits, * and #."]);
        }

        return [.. rows.Where(r => !r.IsEmpty).Take(MostRewrites).Select(r => r.Rule)];
    }

    /// <summary>Refusals only: 401 and 407 are challenges that were answered in vain by then.</summary>
    private ImmutableArray<int> ReadCodes(Action<string> complain, IStringLocalizer<SharedWords> T)
    {
        ImmutableArray<int> codes = [.. (FailoverCodes ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Select(w => int.TryParse(w, System.Globalization.NumberStyles.None, null, out var code) ? code : 0).Distinct().Order()];
        if (codes.Length > MostFailoverCodes || codes.Any(c => c is < 400 or > 699)) complain(T["Status codes are from 400 to 699, at most {0} of them.", MostFailoverCodes]);
        return codes;
    }

    private ImmutableArray<string> ReadServers(Action<string> complain, IStringLocalizer<SharedWords> T)
    {
        var servers = ImmutableArray.CreateBuilder<string>();
        foreach (var word in Words(Servers).Take(MostServers))
        {
            var bare = word.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? word[4..] : word;
            var (address, parameters) = bare.IndexOf(';', StringComparison.Ordinal) is var semi and >= 0 ? (bare[..semi], bare[semi..]) : (bare, "");
            if (IsHostAndPort(address) && parameters is "" or ";lr" or ";transport=udp" or ";transport=tcp" or ";transport=tls") servers.Add($"sip:{address}{parameters}");
            else complain(T["“{0}” is no server. Write for instance sip1.example.org or 192.0.2.1:5060.", word.Length > 50 ? word[..50] : word]);
        }

        return servers.ToImmutable();
    }

    private static bool IsHostAndPort(string text)
    {
        var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        return colon < 0 ? IsHost(text) : IsHost(text[..colon]) && ushort.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, null, out var port) && port > 0;
    }

    private static bool IsHost(string text) => text.StartsWith('[') == text.EndsWith(']') && Uri.CheckHostName(text) is not UriHostNameType.Unknown and not UriHostNameType.Basic
        && (text.StartsWith('[') || !text.Contains(':', StringComparison.Ordinal));

    private static string[] Words(string? text) => (text ?? "").Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static List<RewriteRow> Rows(ImmutableArray<NumberRewrite> rules) => [.. rules.Select(r => new RewriteRow { Pattern = r.Pattern, Drop = r.Drop, Prepend = r.Prepend })];
}

/// <summary>A row of a rewriting table.</summary>
public sealed class RewriteRow
{
    [StringLength(DialPattern.Longest, ErrorMessage = "At most {1} characters.")]
    public string? Pattern { get; set; }

    [Range(0, 32, ErrorMessage = "From {1} to {2}.")]
    public int? Drop { get; set; }

    [StringLength(32, ErrorMessage = "At most {1} characters.")]
    public string? Prepend { get; set; }

    internal bool IsEmpty => string.IsNullOrWhiteSpace(Pattern) && Drop is null or 0 && string.IsNullOrWhiteSpace(Prepend);

    internal NumberRewrite Rule => new(Pattern?.Trim() ?? "", Drop ?? 0, Prepend?.Trim() ?? "");
}
