using System.Net.Sockets;
using System.Text.RegularExpressions;
using Conference.Infrastructure.Messaging;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>Turns what can go wrong at start into sentences an operator can act on.</summary>
public static partial class StartFailure
{
    /// <returns>A sentence on each line, or <see langword="null"/> when it is a bug and deserves its stack trace.</returns>
    public static string? Explain(Exception e) => e switch
    {
        AggregateException many => ExplainAll(many),
        OptionsValidationException settings => string.Join(Environment.NewLine, settings.Failures),
        InvalidOperationException when WrongWord().Match(e.Message) is { Success: true } word => Explain(word.Groups["key"].Value, word.Groups["value"].Value, word.Groups["type"].Value),
        InvalidOperationException when e.Message.Contains("Conference:", StringComparison.Ordinal) => e.Message,
        InvalidOperationException when e.Message.StartsWith("Unable to configure HTTPS", StringComparison.Ordinal) => "Urls (--urls) asks for https, and there is no certificate. Name one with Kestrel:Certificates:Default:Path, or write http and put a TLS proxy in front.",
        InvalidDataException { InnerException: FormatException } file => $"{file.Message} {file.GetBaseException().Message}",
        FormatException when e.Message.StartsWith("Invalid url", StringComparison.OrdinalIgnoreCase) => $"Urls (--urls) cannot be used. {e.Message.TrimEnd('.')}; write for instance http://0.0.0.0:8080.",
        IOException when e.InnerException is AddressInUseException || e.Message.StartsWith("Failed to bind to address", StringComparison.Ordinal) => $"{e.Message} Stop the other program, or choose another address with Urls (--urls).",
        SocketException socket => Explain(socket),
        DirectoryNotFoundException missing => missing.Message,
        _ => null,
    };

    private static string? ExplainAll(AggregateException many)
    {
        var sentences = many.Flatten().InnerExceptions.Select(Explain).ToList();
        return sentences.Contains(null) ? null : string.Join(Environment.NewLine, sentences.Distinct());
    }

    /// <summary>Signalling names its address in the message; a socket that does not is one of the pages.</summary>
    private static string? Explain(SocketException e)
    {
        var isSip = e.Message.Length > 6 && e.Message[..6] is "udp://" or "tcp://" or "tls://";
        var (what, setting) = isSip ? ($"The SIP address {e.Message}", "Conference:Sip:Listen") : ("An address of the pages", "Urls (--urls)");
        return e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{what} is in use by another program. Stop it, or choose another address with {setting}.",
            SocketError.AddressNotAvailable => $"{what} is not an address of this machine. Mend {setting}.",
            SocketError.AccessDenied => $"{what} may not be opened by this user. Choose a port above 1023 with {setting}.",
            SocketError.AddressFamilyNotSupported => $"{what} is of a kind this machine does not speak. Mend {setting}.",
            _ when isSip => $"{what} cannot be opened ({e.SocketErrorCode}). Mend {setting}.",
            _ => null,
        };
    }

    private static string Explain(string key, string value, string type) => $"{key} cannot be '{value}': write {Wanted(type)}.";

    private static string Wanted(string type) => type switch
    {
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "hours, minutes and seconds, for instance 00:00:30",
        _ when typeof(MailOptions).Assembly.GetType(type) is { IsEnum: true } words => string.Join(" or ", Enum.GetNames(words)),
        _ => "a whole number",
    };

    /// <summary>How the binder of settings complains.</summary>
    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<key>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex WrongWord();
}
