using Conference.Infrastructure.Data;

namespace Conference.Infrastructure.Messaging;

/// <summary>Hands mail to a mail server.</summary>
public interface IMailer
{
    /// <summary>Whether a mail server is named at all.</summary>
    bool IsSetUp { get; }

    /// <summary>Tries once. What the server or the network does wrong is in the answer, never an exception.</summary>
    Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancel);
}
