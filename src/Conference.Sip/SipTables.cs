namespace Conference.Sip;

/// <summary>How much signalling keeps at a moment. All but the registrations are none in a house that has been quiet for 40 s.</summary>
/// <param name="Transactions">Requests that wait for an answer, or are remembered in case they are repeated (RFC 3261 §17).</param>
/// <param name="Dialogs">Calls and subscriptions, from the first answer to the last (RFC 3261 §12).</param>
/// <param name="Subscriptions">Lamps and rosters that somebody watches (RFC 6665).</param>
/// <param name="Registrations">Phones that can be reached.</param>
public sealed record SipTables(int Transactions, int Dialogs, int Subscriptions, int Registrations);
