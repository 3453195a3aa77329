namespace Conference.Core.Bookings;

/// <summary>What the booking desk must know of dialling: numbers that lead elsewhere and could never reach a booking.</summary>
public interface INumberPlan
{
    /// <summary>Whether that number is an access number, a room of its own or a line of the dialplan.</summary>
    bool IsTaken(string number);
}
