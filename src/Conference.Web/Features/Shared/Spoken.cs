namespace Conference.Web.Features.Shared;

/// <summary>The languages the pages speak.</summary>
public static class Spoken
{
    /// <summary>Remembers the language of this browser.</summary>
    public const string Cookie = "conference.language";

    public static IReadOnlyList<(string Tag, string Name)> Languages { get; } = [("en", "English"), ("it", "Italiano"), ("ru", "Русский"), ("zh", "中文")];

    public static bool Knows(string? tag) => Languages.Any(l => l.Tag == tag);

    public static void Remember(HttpResponse response, string tag) =>
        response.Cookies.Append(Cookie, $"c={tag}|uic={tag}", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365), IsEssential = true });
}
