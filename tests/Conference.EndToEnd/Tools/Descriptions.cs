using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>The session descriptions of the corpora, each offered in a call.</summary>
public static class Descriptions
{
    /// <summary>Good, but in codecs or keys that may not be switched on.</summary>
    private static readonly string[] BeyondG711 = ["sdp-original/ok-opus.sdp"];

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
            var answer = await phone.Ask("INVITE", room, "Content-Type: application/sdp\r\n", body);
            if (answer.Status == 200) await phone.Ask("BYE", BarePhone.DialogOf(answer));
            answers.Add(new DescriptionAnswer(file, BeyondG711.Contains(file) ? $"{expect}|reject=488" : expect, answer.Status));
        }

        return answers;
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
