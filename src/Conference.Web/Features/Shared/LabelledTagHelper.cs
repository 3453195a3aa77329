using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Conference.Web.Features.Shared;

/// <summary>Gives a field its label above, its hint and its problem below, all tied together for assistive technology.</summary>
/// <remarks><c>&lt;input asp-for="Title" labelled hint="…" /&gt;</c>; the id is the property in camel case.</remarks>
[HtmlTargetElement("input", Attributes = "asp-for,labelled")]
[HtmlTargetElement("select", Attributes = "asp-for,labelled")]
[HtmlTargetElement("textarea", Attributes = "asp-for,labelled")]
public sealed class LabelledTagHelper(HtmlEncoder html) : TagHelper
{
    public override int Order => -2000; // before the field's own helper, which keeps an id it finds

    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    public string? Hint { get; set; }

    [HtmlAttributeNotBound, ViewContext]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var name = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name); // a part of a page has the prefix of what it is for
        var (id, problem) = (IdOf(name), ProblemOf(name));
        output.Attributes.RemoveAll("labelled");
        output.Attributes.SetAttribute("id", id);
        if (problem is not null) output.Attributes.SetAttribute("aria-invalid", "true");
        if (DescribedBy(id, problem) is { Length: > 0 } by) output.Attributes.SetAttribute("aria-describedby", by);

        var label = $"<label for=\"{id}\">{Text(For.Metadata.GetDisplayName())}</label>";
        var isCheck = For.ModelExplorer.ModelType == typeof(bool) && output.TagName == "input";
        output.PreElement.AppendHtml(isCheck ? "<div class=\"field check\">" : $"<div class=\"field\">{label}");
        if (isCheck) output.PostElement.AppendHtml(label);
        if (Hint is not null) output.PostElement.AppendHtml($"<small class=\"hint\" id=\"{id}-hint\">{Text(Hint)}</small>");
        if (problem is not null) output.PostElement.AppendHtml($"<span class=\"problem\" id=\"{id}-problem\">{Text(problem)}</span>");
        output.PostElement.AppendHtml("</div>");
    }

    /// <summary>"NewPassword" becomes "newPassword".</summary>
    public static string IdOf(string property) => property.Length == 0 ? "" : char.ToLowerInvariant(property[0]) + property[1..];

    private string? DescribedBy(string id, string? problem) =>
        string.Join(' ', new[] { problem is null ? null : $"{id}-problem", Hint is null ? null : $"{id}-hint" }.OfType<string>());

    private string? ProblemOf(string name) =>
        ViewContext.ModelState.TryGetValue(name, out var entry) && entry is { ValidationState: ModelValidationState.Invalid, Errors: [var first, ..] } ? first.ErrorMessage : null;

    private string Text(string text) => html.Encode(text);
}
