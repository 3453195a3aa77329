using System.Collections.Immutable;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Targets tried one after the other; redirects put theirs in front (RFC 3261 §8.1.3.4). Lives on the SIP loop.</summary>
internal sealed class Hunt(CallServices services, Placement placement, ImmutableArray<CallTarget> targets)
{
    private readonly LinkedList<CallTarget> _left = new(targets);
    private readonly HashSet<CallTarget> _postponed = [];
    private OutgoingLeg? _leg;

    /// <summary>Whether its targets were to ring at once and only wait for one another's breadth: what one says is nothing to the next.</summary>
    public bool AreStrangers { get; init; }

    /// <summary>Whether nobody is tried and nobody is left to try.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Tries the next one.</summary>
    public void Next()
    {
        _leg = null;
        if (_left.First is not { } first || !placement.IsOpen)
        {
            IsOver = true;
            placement.OnHuntOver();
            return;
        }

        _left.RemoveFirst();
        services.Finder.Find(first.Value, (found, status, reason) => OnFound(first.Value, found, status, reason));
    }

    /// <summary>Takes back whatever is under way.</summary>
    public void Cancel(string? reason)
    {
        _left.Clear();
        _leg?.Cancel(reason);
    }

    public bool Owns(OutgoingLeg leg) => ReferenceEquals(leg, _leg);

    /// <summary>One attempt failed: another one may do better, unless the called person said so himself.</summary>
    public void OnEnded(OutgoingLeg leg, int status, SipMessage? answer)
    {
        if (status is >= 300 and <= 399 && answer is not null && placement.IsOpen) Redirect(leg.Target, answer);
        else if (!AreStrangers && !MayGoOn(leg.Target, status, isSilence: answer is null)) Stop();
        else Next();
    }

    /// <summary>Nobody else of these is tried.</summary>
    public void Stop()
    {
        _left.Clear();
        Next();
    }

    /// <summary>
    /// Whether somebody else may do better. What a trunk says about the number is true of the number: another would only ask the same person
    /// again. An address out of a directory may be wrong, or its server shut to strangers; but a person who is busy there is busy.
    /// </summary>
    private static bool MayGoOn(CallTarget target, int status, bool isSilence) => target switch
    {
        { Account: not null } => true,
        { Trunk: not null, GoesOnAfter: { IsEmpty: false } codes } => isSilence || codes.Contains(status),
        { Trunk: not null } => status is 401 or 407 || IsOutOfReach(status),
        _ => status is not (480 or 486 or 600 or 603 or 607 or 608),
    };

    /// <summary>Nobody there, a broken flow, or a server that cannot: 501, 505 and 513 are about the request.</summary>
    private static bool IsOutOfReach(int status) => status is 408 or 430 or (>= 500 and <= 599 and not (501 or 505 or 513));

    private void OnFound(CallTarget target, Destination? found, int status, string reason)
    {
        if (!placement.IsOpen)
        {
            Next();
        }
        else if (found is null)
        {
            placement.Note(target, reason, status, SipReason.Of(status));
            Next();
        }
        else if (IsDead(found) && _left.Count > 0 && _postponed.Add(target))
        {
            _left.AddLast(target); // it was silent a moment ago: whoever is likelier to answer comes first
            Next();
        }
        else
        {
            placement.OpenMedia(target, found.Way.First, (media, offer) => OnMedia(target, found, media, offer));
        }
    }

    private bool IsDead(Destination found) => found.Line is not null && found.Way.Flow is null
        && found.Way.Hops.All(h => services.Sending.Roads.Dead.IsDead(h, services.Loop.Now));

    private void OnMedia(CallTarget target, Destination found, ICallMedia? media, Offered? offer)
    {
        if (media is null || offer is null)
        {
            placement.Note(target, "No media", 500, SipReason.Of(500));
            Next();
        }
        else if (!placement.IsOpen)
        {
            placement.Close(media);
            Next();
        }
        else
        {
            _leg = new OutgoingLeg(services, placement, placement.Call, target, found, media, offer, hasAlternative: _left.Count > 0, placement.Breadth);
            _leg.Start();
        }
    }

    /// <summary>Asks the house about each Contact, in their order.</summary>
    private void Redirect(CallTarget from, SipMessage answer) => placement.AskRedirect(from, Contacts(answer), targets =>
    {
        foreach (var target in targets.Reverse()) _left.AddFirst(target);
        Next();
    });

    private static ImmutableArray<string> Contacts(SipMessage answer)
    {
        const int most = 5;
        var contacts = ImmutableArray.CreateBuilder<string>();
        foreach (var value in answer.Values(HeaderId.Contact))
            if (contacts.Count < most && NameAddr.TryParse(value, out var address) && SipUri.TryParse(address.Uri, out _))
                contacts.Add(SipText.Latin(address.Uri));
        return contacts.ToImmutable();
    }
}
