using Conference.Core.Accounts;
using Conference.Core.Routing;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Shared;

/// <summary>Words of the exchange that several pages use.</summary>
public static class ExchangeSentences
{
    public static string Of(CallClass kind, IStringLocalizer<SharedWords> T) => kind switch
    {
        CallClass.Emergency => T["Emergency"],
        CallClass.Local => T["Local"],
        CallClass.National => T["National"],
        CallClass.Mobile => T["Mobile"],
        CallClass.International => T["International"],
        CallClass.Special => T["Service numbers"],
        _ => T["Premium rate"],
    };

    /// <summary>What a person has to type differently in a list of networks.</summary>
    public static string NoNetwork(string wrong, IStringLocalizer<SharedWords> T) =>
        T["“{0}” is no network. Write for instance 192.168.1.0/24 or 2001:db8::/32, at most {1} of them.", wrong.Length > 50 ? wrong[..50] : wrong, Networks.Most];
}
