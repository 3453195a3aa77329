using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Conference.Core.Bookings;

/// <summary>Draws room numbers and PINs from a cryptographic generator.</summary>
public static class NumberPool
{
    public const int Digits = 6;

    /// <summary>A number that is not taken, nor one slip of the finger away from one that is.</summary>
    public static string DrawNumber(ImmutableHashSet<string> taken)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var number = RandomNumberGenerator.GetInt32(200_000, 1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (!IsWeak(number) && !taken.Contains(number) && !taken.Any(t => IsNeighbour(t, number))) return number;
        }

        throw new InvalidOperationException("No room number is free.");
    }

    /// <summary>Two different PINs that are neither easy to guess nor an echo of the number.</summary>
    public static (string Host, string Guest) DrawPins(string number)
    {
        var host = DrawPin(number);
        string guest;
        do guest = DrawPin(number); while (guest == host || IsNeighbour(guest, host));
        return (host, guest);
    }

    /// <summary>One digit apart, or two neighbouring digits swapped.</summary>
    public static bool IsNeighbour(string a, string b)
    {
        if (a.Length != b.Length) return false;
        var apart = Enumerable.Range(0, a.Length).Where(i => a[i] != b[i]).ToList();
        return apart.Count <= 1 || (apart is [var i, var j] && j == i + 1 && a[i] == b[j] && a[j] == b[i]);
    }

    /// <summary>All the same, a run up or down, or one half repeated.</summary>
    public static bool IsWeak(string digits)
    {
        var steps = digits.Zip(digits.Skip(1), (a, b) => b - a).Distinct().ToList();
        return steps is [>= -1 and <= 1] || digits[..(digits.Length / 2)] == digits[(digits.Length / 2)..];
    }

    private static string DrawPin(string number)
    {
        while (true)
        {
            var pin = RandomNumberGenerator.GetInt32(0, 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
            if (!IsWeak(pin) && pin != number && !IsNeighbour(pin, number)) return pin;
        }
    }
}
