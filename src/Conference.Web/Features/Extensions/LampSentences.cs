using Conference.Core.Accounts;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Extensions;

/// <summary>Who may watch a lamp, in words.</summary>
internal static class LampSentences
{
    public static string Of(LampVisibility who, IStringLocalizer<SharedWords> T) => who switch
    {
        LampVisibility.Everybody => T["everybody"],
        LampVisibility.Group => T["extensions of the same group"],
        _ => T["nobody"],
    };
}
