using System.Collections.Immutable;

namespace Conference.Web.Features.Shared;

/// <summary>Which part of a long list a page shows, and the way to the other parts: plain links, with the search in them.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Pages">At least 1.</param>
/// <param name="Path">Of the page, without a query.</param>
/// <param name="Wanted">What was searched for, or empty.</param>
public sealed record Paging(int Page, int Pages, string Path, string Wanted)
{
    /// <summary>Rows of one page: what a person overlooks.</summary>
    public const int Rows = 50;

    /// <summary>The part of a list that was asked for; a page that does not exist is the nearest that does.</summary>
    public static (ImmutableArray<T> Part, Paging Paging) Of<T>(IReadOnlyList<T> all, int page, string path, string wanted)
    {
        var pages = Math.Max(1, (all.Count + Rows - 1) / Rows);
        var at = Math.Clamp(page, 1, pages);
        return ([.. all.Skip((at - 1) * Rows).Take(Rows)], new Paging(at, pages, path, wanted));
    }

    public string UrlOf(int page) => Wanted.Length > 0 ? $"{Path}?q={Uri.EscapeDataString(Wanted)}&page={page}" : $"{Path}?page={page}";

    /// <summary>The ends, and what lies around this page; 0 stands for a gap.</summary>
    public IEnumerable<int> Links()
    {
        var last = 0;
        foreach (var page in Enumerable.Range(1, Pages).Where(p => p == 1 || p == Pages || Math.Abs(p - Page) <= 2))
        {
            if (page > last + 1) yield return 0;
            yield return last = page;
        }
    }
}

/// <summary>Searching as people expect it: every word has to stand somewhere, whatever its case.</summary>
public static class Wanted
{
    private const int Longest = 100;

    public static ImmutableArray<string> Words(string? wanted) =>
        [.. (wanted ?? "")[..Math.Min(Longest, wanted?.Length ?? 0)].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    public static bool Fits(ImmutableArray<string> words, string text) => words.All(w => text.Contains(w, StringComparison.CurrentCultureIgnoreCase));
}
