using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>Turns what can go wrong at start into a sentence an operator can act on.</summary>
public static class StartFailure
{
    /// <returns>The sentence, or <see langword="null"/> when it is a bug and deserves its stack trace.</returns>
    public static string? Explain(Exception e) => e switch
    {
        OptionsValidationException settings => string.Join(' ', settings.Failures),
        InvalidOperationException { InnerException: null or IOException or UnauthorizedAccessException or FormatException or ArgumentException or System.Data.Common.DbException } known when known.Message.Contains("Conference", StringComparison.Ordinal) || known.Message.Contains("SQLite", StringComparison.OrdinalIgnoreCase) => known.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } port => $"{port.Message} Stop the other program or choose another address with --urls.",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "A SIP address is in use by another program. Stop it, or choose another port with Conference:Sip:Listen.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "Conference:Sip:Listen names an address this machine does not have.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "This user may not open a port of Conference:Sip:Listen or --urls. Choose ports above 1023.",
        DirectoryNotFoundException missing => missing.Message,
        _ => null,
    };
}
