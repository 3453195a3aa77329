using Conference.Core.Bookings;

namespace Conference.Infrastructure.Messaging;

/// <summary>How the connection to the mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>Clear text: for a server on the same machine.</summary>
    None,

    /// <summary>Begins in clear and must switch to TLS before anything is said (RFC 3207); usually port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3); usually port 465.</summary>
    Tls,
}

/// <summary>The mail server that takes our mail.</summary>
public sealed record MailOptions
{
    public const string Section = "Conference:Mail";

    /// <summary>Name or address of the mail server; empty: mail waits in the outbox until one is named.</summary>
    public string Host { get; init; } = "";

    /// <summary>0: the usual one, 25, 587 or 465 by <see cref="Security"/>.</summary>
    public int Port { get; init; }

    public MailSecurity Security { get; init; } = MailSecurity.StartTls;

    /// <summary>Empty: no sign-in.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>The sender, an address alone or <c>Name &lt;address&gt;</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>PEM file of the authority that signed the mail server's certificate, when the system does not know it.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether the password may travel without TLS; anybody on the way can read it then.</summary>
    public bool AllowPasswordWithoutTls { get; init; }

    /// <summary>How long one answer of the mail server may take; the answer after the message itself may take four times as long.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public bool IsSet => Host.Length > 0;

    /// <summary>The port really used.</summary>
    public int EffectivePort => Port != 0 ? Port : Security switch { MailSecurity.Tls => 465, MailSecurity.StartTls => 587, _ => 25 };

    /// <summary>The sender's address and name; <see langword="null"/> when <see cref="From"/> holds no usable address.</summary>
    internal (EmailAddress Address, string Name)? Sender()
    {
        var open = From.LastIndexOf('<');
        var (name, text) = open >= 0 && From.EndsWith('>') ? (From[..open].Trim(' ', '"'), From[(open + 1)..^1]) : ("", From);
        return EmailAddress.TryParse(text, out var address) ? (address, Plain.Line(name, 100)) : null;
    }

    /// <summary>Everything that is wrong, as sentences for the operator; none when <see cref="Host"/> is empty.</summary>
    public IEnumerable<string> Problems()
    {
        if (!IsSet) yield break;
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown) yield return "Conference:Mail:Host is not a host name or address.";
        if (Port is < 0 or > 65535) yield return "Conference:Mail:Port must be between 1 and 65535.";
        if (Sender() is null) yield return "Conference:Mail:From must hold the sender's address, for instance 'Conference <conference@example.com>'.";
        if (User.Length == 0 && Password.Length > 0) yield return "Conference:Mail:Password is set but Conference:Mail:User is not.";
        if (User.Length > 0 && Security == MailSecurity.None && !AllowPasswordWithoutTls)
            yield return "Conference:Mail would send its password in clear: set Conference:Mail:Security to StartTls or Tls, or Conference:Mail:AllowPasswordWithoutTls to true.";
        if (CaFile.Length > 0 && !File.Exists(CaFile)) yield return "Conference:Mail:CaFile names a file that is not there.";
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10)) yield return "Conference:Mail:Timeout must be between one second and ten minutes.";
    }
}
