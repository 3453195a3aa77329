namespace Conference.Media.Sdp;

/// <summary>Looks into an offer before it is answered.</summary>
public static class OfferedCodec
{
    /// <summary>The codec an answer would choose: the first of theirs that we speak, for instance PCMA; empty when there is none.</summary>
    /// <remarks>Nothing is opened or agreed: a call may be rung for first, and the other leg then asks for the same.</remarks>
    public static string First(ReadOnlySpan<byte> offer) =>
        SdpParser.Parse(offer, out var session) == SdpError.None ? OfferAnswer.CodecOf(session!) : "";
}
