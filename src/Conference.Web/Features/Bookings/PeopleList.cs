using System.Collections.Immutable;
using Conference.Core.Bookings;

namespace Conference.Web.Features.Bookings;

/// <summary>Reads people as they are pasted: <c>Anna Rossi &lt;anna@example.org&gt;, bob@example.org</c>, one per line or parted by commas or semicolons.</summary>
public static class PeopleList
{
    /// <summary>Longest text looked at: 500 people with long names.</summary>
    public const int MaxLength = 200_000;

    /// <returns>People in order, each address once; and the pieces that are no address, as typed.</returns>
    public static (ImmutableArray<InviteeRequest> People, ImmutableArray<string> Unread) Read(string? text)
    {
        var people = ImmutableArray.CreateBuilder<InviteeRequest>();
        var unread = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var piece in Pieces(text ?? ""))
        {
            if (One(piece) is not { } person) unread.Add(piece);
            else if (seen.Add(person.Email)) people.Add(person);
        }

        return (people.ToImmutable(), unread.ToImmutable());
    }

    /// <summary>Splits at line ends, commas and semicolons that stand outside quotes and angle brackets.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var (start, quoted, angled) = (0, false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var end = i == text.Length || text[i] is '\n' or '\r' || (!quoted && !angled && text[i] is ',' or ';' or '，' or '；');
            if (!end)
            {
                if (text[i] == '"') quoted = !quoted;
                if (text[i] is '<' or '>') angled = text[i] == '<';
                continue;
            }

            if (text[start..i].Trim() is { Length: > 0 } piece) yield return piece;
            (start, quoted, angled) = (i + 1, false, false);
        }
    }

    private static InviteeRequest? One(string piece)
    {
        var open = piece.LastIndexOf('<');
        var (name, email) = open >= 0 && piece.EndsWith('>')
            ? (piece[..open].Trim().Trim('"').Trim(), piece[(open + 1)..^1].Trim())
            : ("", piece);
        return EmailAddress.TryParse(email, out _) && name.Length <= Invitee.NameLength && !name.Any(char.IsControl) ? new InviteeRequest(name, email) : null;
    }
}
