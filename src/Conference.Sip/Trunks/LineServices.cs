using Conference.Sip.Dialogs;
using Conference.Sip.Requests;

namespace Conference.Sip.Trunks;

/// <summary>What every line stands on.</summary>
/// <param name="Sending">How its requests travel.</param>
/// <param name="Me">What it calls itself.</param>
/// <param name="Tell">Hears of every change of its state.</param>
internal sealed record LineServices(Sending Sending, Identity Me, Action<TrunkState> Tell);
