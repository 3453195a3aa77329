namespace Conference.Sip.Transport;

/// <summary>Sees what leaves; called where messages are sent, so it must return at once.</summary>
internal interface IWireTap
{
    void Sent(byte[] message, Flow flow);
}
