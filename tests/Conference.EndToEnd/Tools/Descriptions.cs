using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>The session descriptions of the corpora, each offered in a call.</summary>
public static class Descriptions
{
    /// <summary>Bytes of a body from which it is the message that is refused (513), and its connection with it; no datagram holds it.</summary>
    private const int TooLarge = 60 * 1024;

    /// <summary>Good ones that we need not be able to follow.</summary>
    private static readonly string[] MayBeRefused =
    [
        "sdp-original/ok-opus.sdp", // the codec may not be switched on
        "sdp-original/c-ip6-unbracketed.sdp", // an IPv6 address, while the call comes over IPv4
    ];

    /// <summary>Calls with every one of them.</summary>
    /// <param name="room">A number that answers.</param>
    public static async Task<IReadOnlyList<DescriptionAnswer>> Play(string transport, Server server, PhoneAccount account, string room)
    {
        await using var phone = await BarePhone.Open(transport, server, account);
        await phone.Register();
        var answers = new List<DescriptionAnswer>();
        foreach (var (file, expect) in Rows())
        {
            var body = await File.ReadAllBytesAsync(Path.Combine(Repository.Kit("corpora"), file));
            if (body.Length > TooLarge)
            {
                answers.Add(new DescriptionAnswer(file, "reject=513", transport == "udp" ? 513 : await CallWithTooMuch(transport, server, account, room, body)));
                continue;
            }

            var answer = await phone.Ask("INVITE", room, SdpFollows, body);
            if (answer.Status == 200) await phone.Ask("BYE", BarePhone.DialogOf(answer));
            answers.Add(new DescriptionAnswer(file, MayBeRefused.Contains(file) ? $"{expect}|reject=488" : expect, answer.Status));
        }

        return answers;
    }

    private const string SdpFollows = "Content-Type: application/sdp\r\n";

    /// <summary>Over a connection of its own, as that will be closed.</summary>
    /// <returns>The status; 513 also when there was no time to say it.</returns>
    private static async Task<int> CallWithTooMuch(string transport, Server server, PhoneAccount account, string room, byte[] body)
    {
        await using var phone = await BarePhone.Open(transport, server, account);
        try
        {
            return (await phone.Ask("INVITE", room, SdpFollows, body)).Status;
        }
        catch (IOException)
        {
            return 513;
        }
    }

    private static IEnumerable<(string File, string Expect)> Rows() => File.ReadLines(Path.Combine(Repository.Kit("corpora"), "index.tsv"))
        .Select(line => line.Split('\t'))
        .Where(row => row[2] == "sdp")
        .Select(row => (row[3], row[7]));
}

/// <summary>How a description was answered.</summary>
/// <param name="Expect">The clauses of its row; what is not in the answer (no name looked up, nothing sent) is tested elsewhere.</param>
public sealed record DescriptionAnswer(string File, string Expect, int Status)
{
    public bool IsRight => Expect.Split(';')[0].Split('|').Concat(Expect.Split(';').Skip(1).SelectMany(c => c.Split('|').Skip(1))).Any(Fits);

    private bool Fits(string alternative) => alternative.StartsWith("reject=", StringComparison.Ordinal)
        ? alternative[7..].Split(',').Contains(Status.ToString(CultureInfo.InvariantCulture))
        : alternative.StartsWith("accept", StringComparison.Ordinal) && Status == 200;
}
