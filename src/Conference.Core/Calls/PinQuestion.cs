using Conference.Core.Events;
using Conference.Core.Routing;

namespace Conference.Core.Calls;

/// <summary>Asks a caller for the PIN of a rule before it dials out: by voice, three times, and wrong ones count against guessing.</summary>
internal sealed class PinQuestion(Voice voice, PinGuard pins)
{
    private const int Tries = 3;

    /// <returns><see langword="null"/> when the caller knew it, else why the call ends here.</returns>
    public async Task<CallRefusal?> AskAsync(CallLeg leg, PinSource who, RulePin pin, CancellationToken stop)
    {
        var door = $"rule\n{pin.Rule}";
        for (var tries = 0; tries < Tries && !pins.IsClosed(who, door); tries++)
        {
            string[] prompt = tries == 0 ? [Voice.GetPin] : [Voice.InvalidPin, Voice.GetPin];
            var typed = await leg.Keypad.AskAsync(voice.Say(prompt), pin.Digits.Length > 0 ? pin.Digits.Length : RulePin.Longest, stop);
            if (pins.IsClosed(who, door)) break; // he tries by several calls at once: now even the right one opens nothing
            if (pin.Opens(typed)) return null;
            if (typed.Length > 0) pins.Wrong(who, door);
        }

        await leg.Media.PlayAsync(voice.Say(Voice.InvalidPin), stop);
        return pins.IsClosed(who, door) ? CallRefusal.TooManyWrongPins : CallRefusal.WrongPin;
    }
}
