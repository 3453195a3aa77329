using Conference.Sip.Dialogs;

namespace Conference.Sip.Calls;

/// <summary>The house behind the stack: takes what comes in. Runs on the pool.</summary>
public interface ISipHouse
{
    /// <summary>Takes a new call; its token is cancelled by CANCEL, loss of the flow and shutdown.</summary>
    Task TakeCallAsync(IIncomingCall call, CancellationToken cancel);

    /// <summary>Takes a MESSAGE outside a call (RFC 3428).</summary>
    /// <returns>The status to answer, for instance 200, 202, 403 or 404.</returns>
    Task<int> TakeMessageAsync(IncomingMessage message) => Task.FromResult(405);

    /// <summary>Takes a REFER outside a dialog, for instance to the number of a room (RFC 4579 §5.5).</summary>
    Task TakeReferralAsync(IReferral referral) => referral.RefuseAsync(403).AsTask();
}

/// <summary>A MESSAGE of an authenticated account or a trusted peer.</summary>
/// <param name="Account">Who sent it.</param>
/// <param name="To">User part of the Request-URI, unescaped.</param>
/// <param name="Body">What it says.</param>
public sealed record IncomingMessage(SipAccount Account, string To, SipBody Body);

/// <summary>A REFER (RFC 3515) that awaits a decision. The stack sends the NOTIFYs.</summary>
public interface IReferral
{
    /// <summary>Who asks; <see langword="null"/> in a call of somebody without an account.</summary>
    SipAccount? Account { get; }

    /// <summary>User part of the Request-URI: for a REFER outside a dialog, the number it was sent to.</summary>
    string Dialled { get; }

    /// <summary>User part of the Refer-To URI, unescaped: whom to call, or which room to enter.</summary>
    string ReferTo { get; }

    /// <summary>The whole Refer-To URI without its headers.</summary>
    string ReferToUri { get; }

    /// <summary>The account of the one device that Refer-To names by its GRUU (RFC 5627), or <see langword="null"/>.</summary>
    string? ReferToDevice => null;

    /// <summary>The method asked for: INVITE unless the URI says otherwise, for instance BYE (RFC 4579 §5.11).</summary>
    string Method { get; }

    /// <summary>The dialog to be replaced, as its other end named it, seen from us; <see langword="null"/> for a blind transfer.</summary>
    DialogId? Replaces { get; }

    /// <summary>Referred-By as received (RFC 3892), or <see langword="null"/>.</summary>
    string? ReferredBy { get; }

    /// <summary>Cancelled when the one who asked is gone; the transfer may go on without him.</summary>
    CancellationToken Gone { get; }

    /// <summary>Answers with a refusal, 400 to 699.</summary>
    ValueTask RefuseAsync(int status);

    /// <summary>Answers 202 and tells 100 Trying.</summary>
    ValueTask AcceptAsync();

    /// <summary>Tells how it goes (message/sipfrag); 200 and above end the story.</summary>
    ValueTask TellAsync(int status, string reason);
}
