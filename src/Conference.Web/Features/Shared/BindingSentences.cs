using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Conference.Web.Features.Shared;

/// <summary>What is said when something typed is no date, time or number at all.</summary>
public sealed class BindingSentences(IStringLocalizer<SharedWords> T) : IConfigureOptions<MvcOptions>
{
    public void Configure(MvcOptions options)
    {
        var say = options.ModelBindingMessageProvider;
        say.SetAttemptedValueIsInvalidAccessor((value, _) => T["“{0}” cannot be read here.", value]);
        say.SetNonPropertyAttemptedValueIsInvalidAccessor(value => T["“{0}” cannot be read here.", value]);
        say.SetValueIsInvalidAccessor(value => T["“{0}” cannot be read here.", value]);
        say.SetValueMustBeANumberAccessor(_ => T["A number goes here."]);
        say.SetNonPropertyValueMustBeANumberAccessor(() => T["A number goes here."]);
        say.SetValueMustNotBeNullAccessor(_ => T["Please fill this in."]);
        say.SetMissingBindRequiredValueAccessor(_ => T["Please fill this in."]);
    }
}
