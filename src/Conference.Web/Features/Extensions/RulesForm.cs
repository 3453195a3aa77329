using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Extensions;

/// <summary>What extensions and templates have in common, as typed.</summary>
public class RulesForm
{
    private const string Dialable = "[+]?[0-9*#]{1,31}";

    [Display(Name = "Switched on")]
    public bool IsEnabled { get; set; } = true;

    [Display(Name = "Language of announcements")]
    public string? Language { get; set; }

    [Display(Name = "Only from these networks"), StringLength(2000, ErrorMessage = "At most {1} characters.")]
    public string? AllowedNetworks { get; set; }

    public List<CallClass> Permissions { get; set; } = [];

    [Display(Name = "Number shown outside"), RegularExpression(@"\+?[0-9]{2,15}", ErrorMessage = "2 to 15 digits, with + in front if you like.")]
    public string? OutsideNumber { get; set; }

    [Display(Name = "Hide the number outside")]
    public bool IsPrivate { get; set; }

    [Display(Name = "Rings for (seconds)"), Range(5, 120, ErrorMessage = "From {1} to {2}.")]
    public int RingSeconds { get; set; } = 30;

    [Display(Name = "Calls at a time"), Range(1, 100, ErrorMessage = "From {1} to {2}.")]
    public int MaxCalls { get; set; } = 4;

    [Display(Name = "When busy, to"), RegularExpression(Dialable, ErrorMessage = "A number as it is dialled: digits, * and #.")]
    public string? OnBusy { get; set; }

    [Display(Name = "When nobody answers, to"), RegularExpression(Dialable, ErrorMessage = "A number as it is dialled: digits, * and #.")]
    public string? OnNoAnswer { get; set; }

    [Display(Name = "When no phone is registered, to"), RegularExpression(Dialable, ErrorMessage = "A number as it is dialled: digits, * and #.")]
    public string? OnUnreachable { get; set; }

    [Display(Name = "One phone that declines ends the call for all")]
    public bool DeclineEndsCall { get; set; }

    [Display(Name = "Who sees whether it is in a call")]
    public LampVisibility Lamp { get; set; }

    [Display(Name = "Group"), StringLength(ExtensionRules.GroupLength, ErrorMessage = "At most {1} characters.")]
    public string? Group { get; set; }

    /// <summary>Takes over what a card says.</summary>
    public void Follow(ExtensionCard card)
    {
        (IsEnabled, Language, AllowedNetworks) = (card.IsEnabled, card.Language, Networks.Write(card.AllowedNetworks));
        (Permissions, OutsideNumber, IsPrivate) = ([.. card.Permissions.Order()], card.OutsideNumber, card.IsPrivate);
        (RingSeconds, MaxCalls) = ((int)card.RingTimeout.TotalSeconds, card.MaxCalls);
        (OnBusy, OnNoAnswer, OnUnreachable) = (card.OnBusy, card.OnNoAnswer, card.OnUnreachable);
        (DeclineEndsCall, Lamp, Group) = (card.DeclineEndsCall, card.Lamp, card.Group);
    }

    /// <summary>The card this makes; complaints go beside their fields.</summary>
    internal ExtensionCard Read(string number, string name, ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        var (networks, wrong) = Networks.Read(AllowedNetworks);
        if (wrong is not null) problems.AddModelError($"Form.{nameof(AllowedNetworks)}", ExchangeSentences.NoNetwork(wrong, T));
        if (Language is { Length: > 0 } && !Spoken.Knows(Language)) problems.AddModelError($"Form.{nameof(Language)}", T["Choose one of the list."]);
        if (Lamp == LampVisibility.Group && string.IsNullOrWhiteSpace(Group)) problems.AddModelError($"Form.{nameof(Group)}", T["Name the group, or nobody sees it."]);
        return new ExtensionCard(number, name)
        {
            IsEnabled = IsEnabled,
            Language = Filled(Language),
            AllowedNetworks = networks,
            Permissions = [.. Permissions.Where(Enum.IsDefined)],
            OutsideNumber = Filled(OutsideNumber),
            IsPrivate = IsPrivate,
            RingTimeout = TimeSpan.FromSeconds(RingSeconds),
            MaxCalls = MaxCalls,
            OnBusy = Filled(OnBusy),
            OnNoAnswer = Filled(OnNoAnswer),
            OnUnreachable = Filled(OnUnreachable),
            DeclineEndsCall = DeclineEndsCall,
            Lamp = Lamp,
            Group = Group?.Trim() ?? "",
        };
    }

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

public sealed class ExtensionForm : RulesForm
{
    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Number"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[*]?[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits, with * in front if you like.")]
    public string Number { get; set; } = "";

    [Display(Name = "First name"), StringLength(NameParts.Longest, ErrorMessage = "At most {1} characters.")]
    public string? FirstName { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Last name, or what it is called"), Required(ErrorMessage = "Please fill this in."), StringLength(Extension.NameLength, ErrorMessage = "At most {1} characters.")]
    public string Name { get; set; } = "";

    [Display(Name = "Company or department"), StringLength(Extension.NameLength, ErrorMessage = "At most {1} characters.")]
    public string? Organisation { get; set; }

    [Display(Name = "Belongs to")]
    public string? PersonId { get; set; }

    internal static ExtensionForm Of(ExtensionCard card)
    {
        var form = new ExtensionForm { Number = card.Number, FirstName = card.FirstName, Name = card.LastName, Organisation = card.Organisation, PersonId = card.PersonId };
        form.Follow(card);
        return form;
    }

    /// <summary>The card this makes; complaints go beside their fields.</summary>
    internal ExtensionCard Read(ModelStateDictionary problems, IStringLocalizer<SharedWords> T) => Read(Number, ExtensionCard.Named(FirstName ?? "", Name), problems, T) with
    {
        FirstName = (FirstName ?? "").Trim(),
        Organisation = Organisation ?? "",
        PersonId = string.IsNullOrWhiteSpace(PersonId) ? null : PersonId,
    };
}

public sealed class TemplateForm : RulesForm
{
    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), StringLength(Extension.NameLength, ErrorMessage = "At most {1} characters.")]
    public string Name { get; set; } = "";

    internal static TemplateForm Of(ExtensionTemplate template)
    {
        var form = new TemplateForm { Name = template.Name };
        form.Follow(template.CardFor("", ""));
        return form;
    }
}
