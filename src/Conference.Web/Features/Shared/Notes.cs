using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Conference.Web.Features.Shared;

/// <summary>One sentence for the next page: what was done, or why not.</summary>
public static class Notes
{
    public const string Done = "note.done";
    public const string Trouble = "note.trouble";

    public static void Say(this Controller controller, string sentence) => controller.TempData[Done] = sentence;

    public static void SayTrouble(this Controller controller, string sentence) => controller.TempData[Trouble] = sentence;

    public static string? Read(ITempDataDictionary kept, string kind) => kept[kind] as string;
}
