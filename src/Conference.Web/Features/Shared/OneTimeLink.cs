using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Conference.Web.Features.Shared;

/// <summary>A token of Identity as part of an address.</summary>
public static class OneTimeLink
{
    public static string To(string userId, string token) => $"/new-password/{userId}/{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token))}";

    /// <returns>The token, or an empty one that fits nobody.</returns>
    public static string Decode(string part)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(part));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
