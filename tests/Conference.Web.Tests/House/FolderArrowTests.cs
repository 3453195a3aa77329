using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Conference.Web.Tests.House;

/// <summary>Inside a project, a <c>using</c> line is an arrow: namespaces equal folders. Each folder may see only what its line names.</summary>
public sealed partial class FolderArrowTests
{
    /// <summary>Folder → what it may use besides itself; the longest name that fits counts. What stands above a folder in its own project needs no <c>using</c>.</summary>
    private static readonly Dictionary<string, string[]> s_arrows = new()
    {
        // a body is bytes with a content type
        ["Conference.Sip"] = ["Conference.Sip"],
        ["Conference.Sip.Messages"] = [],
        ["Conference.Sip.Loop"] = [],
        ["Conference.Sip.Transport"] = ["Conference.Sip.Messages", "Conference.Sip.Loop"],
        ["Conference.Sip.Transactions"] = ["Conference.Sip.Messages", "Conference.Sip.Transport", "Conference.Sip.Loop"],

        // voices; codecs, RTP, keys and SDP know nobody above them
        ["Conference.Media"] = ["Conference.Media"],
        ["Conference.Media.Security"] = ["Conference.Media.Rtp"],
        ["Conference.Media.Sdp"] = ["Conference.Media.Codecs", "Conference.Media.Security"],
        ["Conference.Media.Codecs"] = ["Conference.Media.Files"],
        ["Conference.Media.Rtp"] = ["Conference.Media.Codecs", "Conference.Media.Dsp"],

        // everybody → Events → Words; only Calls and Exchange may say SIP, and with Rooms media; Routing knows what a trunk line is
        ["Conference.Core"] = [],
        ["Conference.Core.Routing"] = ["Conference.Sip.Trunks"],
        ["Conference.Core.Accounts"] = ["Conference.Core.Events", "Conference.Core.Routing"],
        ["Conference.Core.Bookings"] = ["Conference.Core.Events", "Conference.Core.Rooms"],
        ["Conference.Core.Rooms"] = ["Conference.Core.Events", "Conference.Core.Recordings", "Conference.Media"],
        ["Conference.Core.Calls"] = ["Conference.Core", "Conference.Sip", "Conference.Media"],
        ["Conference.Core.Exchange"] = ["Conference.Core", "Conference.Sip", "Conference.Media"],

        // each adapter sees Core and Data; they do not meet, but for what Import and Accounts share: how a secret is kept
        ["Conference.Infrastructure"] = ["Conference.Core", "Conference.Infrastructure.Data"],
        ["Conference.Infrastructure.Data"] = ["Conference.Core"],
        ["Conference.Infrastructure.Accounts"] = ["Conference.Core", "Conference.Infrastructure.Data", "Conference.Sip.Registrar", "Conference.Sip.Digests"],
        ["Conference.Infrastructure.Cdr"] = ["Conference.Core", "Conference.Infrastructure.Data", "Conference.Media.Recording"],
        ["Conference.Infrastructure.Recordings"] = ["Conference.Core", "Conference.Infrastructure.Data", "Conference.Media"],
        ["Conference.Infrastructure.Import"] = ["Conference.Core", "Conference.Infrastructure.Data", "Conference.Infrastructure.Accounts"],

        // a feature sees the frame, never another feature; Hosting composes
        ["Conference.Web"] = ["Conference"],
        ["Conference.Web.Features"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared"],
        ["Conference.Web.Features.Shared"] = ["Conference.Core", "Conference.Infrastructure.Data"],
        ["Conference.Web.Features.Extensions"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared", "Conference.Sip"],
        ["Conference.Web.Features.Trunks"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared", "Conference.Sip.Trunks"],
        ["Conference.Web.Features.Calls"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared", "Conference.Sip.Tracing"],
        ["Conference.Web.Features.Bans"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared", "Conference.Sip.Authentication"],
        ["Conference.Web.Features.Health"] = ["Conference.Core", "Conference.Infrastructure", "Conference.Web.Features.Shared", "Conference.Sip", "Conference.Media"],
    };

    [Fact]
    public void No_folder_looks_where_it_may_not() => Assert.Empty(FilesOf("src").SelectMany(f => Violations(f.Space, f.Text)));

    [Theory]
    [InlineData("namespace Conference.Core.Rooms;", "using Conference.Sip;")]
    [InlineData("namespace Conference.Core.Bookings;", "using Conference.Media.Files;")]
    [InlineData("namespace Conference.Core.Events;", "using Conference.Core.Rooms;")]
    [InlineData("namespace Conference.Sip.Messages;", "using Conference.Sip.Transport;")]
    [InlineData("namespace Conference.Media.Codecs;", "using Conference.Media.Sessions;")]
    [InlineData("namespace Conference.Infrastructure.Messaging;", "using Conference.Infrastructure.Import;")]
    [InlineData("namespace Conference.Infrastructure.Data;", "using Conference.Infrastructure.Messaging;")]
    [InlineData("namespace Conference.Web.Features.Bookings;", "using Conference.Web.Features.Dashboard;")]
    [InlineData("namespace Conference.Web.Features.Reports;", "using Conference.Web.Hosting;")]
    [InlineData("namespace Conference.Web.Features.Recordings;", "using Conference.Sip;")]
    public void A_planted_arrow_is_found(string space, string use) => Assert.Single(Violations(SpaceOf(space), $"{use}\n\n{space}\n"));

    [Theory]
    [InlineData("namespace Conference.Core.Calls;", "using Conference.Sip.Calls;")]
    [InlineData("namespace Conference.Core.Rooms;", "using Conference.Media.Mixing;")]
    [InlineData("namespace Conference.Web.Features.Bookings;", "using System.Text;")]
    public void An_arrow_of_the_picture_is_not(string space, string use) => Assert.Empty(Violations(SpaceOf(space), $"{use}\n\n{space}\n"));

    private static IEnumerable<string> Violations(string space, string text)
    {
        var room = s_arrows.Keys.Where(k => IsIn(space, k)).MaxBy(k => k.Length);
        foreach (Match use in UsingLine().Matches(text))
        {
            var seen = use.Groups[1].Value;
            var isFine = IsIn(seen, space) || (room is not null && s_arrows[room].Any(allowed => IsIn(seen, allowed)));
            if (!isFine) yield return $"{space} uses {seen}";
        }
    }

    private static bool IsIn(string space, string root) => space == root || space.StartsWith(root + ".", StringComparison.Ordinal);

    private static IEnumerable<(string Space, string Text)> FilesOf(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal)
        let text = File.ReadAllText(path)
        let space = SpaceOf(text)
        where space.Length > 0
        select (space, text);

    private static string SpaceOf(string text) => NamespaceLine().Match(text).Groups[1].Value;

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex(@"^using (?:static )?(Conference\.[A-Za-z.]+);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace ([A-Za-z.]+);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NamespaceLine();
}
