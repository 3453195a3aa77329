namespace Conference.Sip.Messages;

/// <summary>The methods by name; method names are case-sensitive (RFC 3261 §7.1).</summary>
internal static class SipMethod
{
    public const string Invite = "INVITE";
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Options = "OPTIONS";
    public const string Register = "REGISTER";
    public const string Update = "UPDATE";
    public const string Info = "INFO";
    public const string Prack = "PRACK";
    public const string Subscribe = "SUBSCRIBE";
    public const string Notify = "NOTIFY";
    public const string Refer = "REFER";
    public const string Message = "MESSAGE";
    public const string Publish = "PUBLISH";

    /// <summary>All that this server takes, as Allow lists them.</summary>
    public const string Allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, INFO, PRACK, REFER, SUBSCRIBE, NOTIFY, MESSAGE";

    private static readonly string[] Known =
        [Invite, Ack, Bye, Cancel, Options, Register, Update, Info, Prack, Subscribe, Notify, Refer, Message, Publish];

    /// <summary>The method as text; the known ones without a new string.</summary>
    public static string Read(ReadOnlySpan<byte> name)
    {
        foreach (var known in Known)
            if (System.Text.Ascii.Equals(name, known))
                return known;
        return SipText.Latin(name);
    }
}
