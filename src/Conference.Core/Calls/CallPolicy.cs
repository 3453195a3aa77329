using Conference.Core.Accounts;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Answers signalling's two questions from memory.</summary>
public sealed class CallPolicy(DeviceBook devices, DialBook numbers) : ISipPolicy
{
    public SipAccount? FindAccount(string username) => devices.Find(username) is { } card
        ? new SipAccount(card.Username, card.Extension, card.Name, [new(DigestAlgorithm.Sha256, card.Ha1Sha256), new(DigestAlgorithm.Md5, card.Ha1Md5)], card.MaxCalls)
        : null;

    public bool IsOpenToGuests(string dialled) => numbers.IsOpenToGuests(dialled);
}
