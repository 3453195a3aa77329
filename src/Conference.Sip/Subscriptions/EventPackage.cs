using Conference.Sip.Calls;
using Conference.Sip.Messages;

namespace Conference.Sip.Subscriptions;

/// <summary>The documents one subscriber gets, one after the other.</summary>
internal interface IDocuments
{
    /// <summary>The state now.</summary>
    /// <param name="isWhole">Whether it must be all of it; otherwise what changed since the last one is enough.</param>
    /// <param name="limit">Octets that are better not exceeded.</param>
    /// <returns>The document, or <see langword="null"/> when what is watched is no more.</returns>
    byte[]? Next(bool isWhole, int limit);
}

/// <summary>A kind of thing that can be watched (RFC 6665 §7.2).</summary>
/// <param name="Name">As Event writes it.</param>
/// <param name="ContentType">Of its documents.</param>
/// <param name="Pause">The least time between two NOTIFYs of mere change.</param>
/// <param name="Open">Begins a subscriber's documents.</param>
internal sealed record EventPackage(string Name, string ContentType, TimeSpan Pause, Func<SubscriptionServices, Watched, SipAccount, IDocuments> Open)
{
    /// <summary>Whether it is about the subscriber, and nobody else is told.</summary>
    public bool IsOwn { get; init; }

    /// <summary>All that Allow-Events lists.</summary>
    public const string Known = Capabilities.Events;

    private static readonly EventPackage[] All =
    [
        new("dialog", "application/dialog-info+xml", TimeSpan.FromSeconds(1), (services, watched, _) => new DialogDocuments(services.State, watched)),
        new("conference", "application/conference-info+xml", TimeSpan.FromSeconds(5), (services, watched, _) => new ConferenceDocuments(services.State, watched)),
        new("reg", "application/reginfo+xml", TimeSpan.FromSeconds(5), (services, watched, account) => new RegistrationDocuments(services, watched, account)) { IsOwn = true },
        new("message-summary", "application/simple-message-summary", TimeSpan.FromSeconds(5), (_, _, _) => new MailboxDocuments()) { IsOwn = true },
    ];

    /// <summary>The package an Event header names, or <see langword="null"/>.</summary>
    public static EventPackage? Of(SipMessage subscribe)
    {
        var name = NameOf(subscribe);
        foreach (var package in All)
            if (SipText.Is(name, System.Text.Encoding.ASCII.GetBytes(package.Name)))
                return package;
        return null;
    }

    /// <summary>Whether that account may watch that number.</summary>
    public bool MayBeWatchedBy(SipAccount account, string user, ISipState state) => IsOwn
        ? user.Equals(account.Username, StringComparison.OrdinalIgnoreCase) || user == account.Extension
        : state.MayWatch(account, Name, user);

    /// <summary>The id of an Event header: together with the name it tells subscriptions of one dialog apart (RFC 6665 §8.2.1).</summary>
    public static string IdOf(SipMessage subscribe)
    {
        var value = subscribe.Header(HeaderId.Event);
        var semicolon = value.IndexOf((byte)';');
        return semicolon >= 0 && Parameters.Find(value[semicolon..], "id"u8, out var id) && SipText.IsToken(id) ? SipText.Latin(id) : "";
    }

    /// <summary>Whether the subscriber can read our documents; saying nothing means yes.</summary>
    public bool IsReadBy(SipMessage subscribe)
    {
        if (!subscribe.Has(HeaderId.Accept)) return true;
        var type = System.Text.Encoding.ASCII.GetBytes(ContentType);
        foreach (var value in subscribe.Values(HeaderId.Accept))
        {
            var semicolon = value.IndexOf((byte)';');
            var range = SipText.TrimEnd(semicolon < 0 ? value : value[..semicolon]);
            if (SipText.Is(range, type) || SipText.Is(range, "application/*"u8) || SipText.Is(range, "*/*"u8)) return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> NameOf(SipMessage subscribe)
    {
        var value = subscribe.Header(HeaderId.Event);
        var semicolon = value.IndexOf((byte)';');
        return SipText.Trim(semicolon < 0 ? value : value[..semicolon]);
    }
}
