using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Conference.Web.Features.Shared;

/// <summary>
/// Keeps what is meant for the next page (a note, a secret shown once) for the page a person goes to: a page that fetches itself
/// in the background would take it, or clear its cookie while the form it belongs to is still on its way.
/// </summary>
public sealed class NextPageOnly(CookieTempDataProvider cookies) : ITempDataProvider
{
    /// <summary>What wwwroot/js/watch.js says when it fetches a page by itself.</summary>
    public const string InBackground = "X-In-Background";

    public IDictionary<string, object> LoadTempData(HttpContext context) => IsNext(context) ? cookies.LoadTempData(context) : new Dictionary<string, object>();

    public void SaveTempData(HttpContext context, IDictionary<string, object> values)
    {
        if (IsNext(context)) cookies.SaveTempData(context, values);
    }

    private static bool IsNext(HttpContext context) => !context.Request.Headers.ContainsKey(InBackground);
}
