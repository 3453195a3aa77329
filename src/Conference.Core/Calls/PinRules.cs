using Conference.Core.Rooms;

namespace Conference.Core.Calls;

/// <summary>Which PIN opens a room, and as what. Pure.</summary>
public static class PinRules
{
    /// <summary>Whether the caller must give a PIN at all.</summary>
    public static bool IsNeeded(RoomPlan plan, EntryOptions options) =>
        plan.GuestPin.Length > 0 || (plan.HostPin.Length > 0 && options.Admin);

    /// <summary>What an entered PIN makes of its typist, or <see langword="null"/> when it opens nothing.</summary>
    /// <remarks>The host PIN always makes a host. With the option <c>a</c> and a host PIN, only that one counts.</remarks>
    public static Role? Judge(RoomPlan plan, EntryOptions options, string entered)
    {
        if (plan.HostPin.Length > 0 && Same(plan.HostPin, entered)) return Role.Host;
        if (options.Admin && plan.HostPin.Length > 0) return null;
        return Same(plan.GuestPin, entered) ? WithoutPin(options) : null;
    }

    /// <summary>What somebody is who needs no PIN.</summary>
    public static Role WithoutPin(EntryOptions options) => options.Admin || options.Marked ? Role.Host : Role.Guest;

    /// <summary>No more digits than this are ever needed.</summary>
    public static int Longest(RoomPlan plan) => Math.Max(plan.GuestPin.Length, plan.HostPin.Length);

    /// <summary>Takes the same time wherever the first difference stands.</summary>
    private static bool Same(string pin, string entered) =>
        System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(pin.ToUpperInvariant()), System.Text.Encoding.UTF8.GetBytes(entered.ToUpperInvariant()));
}
