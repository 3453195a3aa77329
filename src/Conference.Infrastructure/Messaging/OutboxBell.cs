namespace Conference.Infrastructure.Messaging;

/// <summary>Rung when there is new mail, so that it leaves at once.</summary>
public sealed class OutboxBell : Bell;
