using Conference.Core.Accounts;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Who is calling, as far as they proved it.</summary>
/// <param name="Device">The device they authenticated as, or <see langword="null"/> for a guest.</param>
/// <param name="Name">A name fit to be shown: no control characters, at most <see cref="Longest"/> characters.</param>
/// <param name="Number">The number they call from; empty when withheld.</param>
/// <param name="Source">For counting wrong PINs.</param>
internal sealed record Caller(DeviceCard? Device, string Name, string Number, PinSource Source)
{
    private const int Longest = 60;

    /// <summary>A device of the house is called what the house calls it; a guest is believed his own words.</summary>
    public static Caller Of(IIncomingCall call, DeviceCard? device) => device is not null
        ? new Caller(device, Shown(device.Name, device.Extension), device.Extension, new PinSource(device.Username, false))
        : new Caller(null, Shown(call.FromDisplayName, call.FromUser), Clean(call.FromUser), new PinSource(call.Source.Address.ToString(), true));

    /// <summary>Somebody a trunk vouches for.</summary>
    public static Caller OfTrunk(string trunk, string number, string name) =>
        new(null, Shown(name, number), Clean(number), new PinSource(number.Length > 0 ? Clean(number) : trunk, true));

    /// <summary>Somebody of a leg that was called or moved.</summary>
    public static Caller Of(LegParty party) => new(party.Device, party.Name.Length > 0 ? party.Name : party.Number, party.Number,
        new PinSource(party.Device?.Username ?? (party.Number.Length > 0 ? party.Number : party.Label), party.Device is null));

    private static string Shown(string name, string otherwise) => Clean(name) is { Length: > 0 } clean ? clean : Clean(otherwise);

    private static string Clean(string text)
    {
        var clean = string.Concat(text.EnumerateRunes().Where(IsShowable).Select(r => r.ToString())).Trim();
        return clean.Length <= Longest ? clean : string.Concat(clean.EnumerateRunes().Take(Longest).Select(r => r.ToString()));
    }

    /// <summary>Control and direction-changing characters would let a caller rewrite the page around his name.</summary>
    private static bool IsShowable(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is not
        (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate);
}
