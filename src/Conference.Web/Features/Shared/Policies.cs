namespace Conference.Web.Features.Shared;

/// <summary>Names of the rules a page may ask for; without one, everybody signed in may open it.</summary>
public static class Policies
{
    public const string Operators = nameof(Operators);
    public const string Administrators = nameof(Administrators);

    /// <summary>Limits how often one address may try a password or a one-time link.</summary>
    public const string Guessing = nameof(Guessing);
}
