namespace Conference.Media.Sessions;

/// <summary>A fax (T.38 over UDPTL) on its way from one leg to another: datagrams pass as they are, and are never looked into.</summary>
public interface IFaxRelay : IDisposable
{
    /// <summary>The offer of one side, for the other: our port, its words.</summary>
    /// <param name="offer">As the first leg made it.</param>
    /// <param name="mirrored">For the second leg; empty unless the result is <see cref="MediaProblem.None"/>.</param>
    MediaProblem Offer(ReadOnlySpan<byte> offer, out byte[] mirrored);

    /// <summary>The answer of the other side, for the one that offered: from now on the fax passes and both voices are silent.</summary>
    /// <param name="answer">As the second leg gave it.</param>
    /// <param name="mirrored">For the first leg; empty unless the result is <see cref="MediaProblem.None"/>: then nothing has changed, and the second leg wants to speak again.</param>
    MediaProblem Accept(ReadOnlySpan<byte> answer, out byte[] mirrored);

    /// <summary>Completes when neither side has sent anything for as long as a held call may be silent, or when it is disposed.</summary>
    Task Silent { get; }
}
