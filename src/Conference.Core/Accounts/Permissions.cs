namespace Conference.Core.Accounts;

/// <summary>The roles people can have.</summary>
public static class Roles
{
    public const string Administrator = nameof(Administrator);
    public const string Operator = nameof(Operator);
    public const string Host = nameof(Host);

    public static IReadOnlyList<string> All { get; } = [Administrator, Operator, Host];
}

/// <summary>Who may do what; one rule, applied at the web edge and wherever a command is given.</summary>
public static class Permissions
{
    /// <summary>Moderate a conference, hear its recordings, read its report: its owner, operators and administrators.</summary>
    /// <param name="userId">The signed-in person.</param>
    /// <param name="isOperator">Whether they are operator or administrator.</param>
    /// <param name="ownerId">Who booked it; <see langword="null"/> for a standing room, which belongs to operators.</param>
    public static bool MayModerate(string userId, bool isOperator, string? ownerId) =>
        isOperator || (ownerId is not null && ownerId == userId);
}
