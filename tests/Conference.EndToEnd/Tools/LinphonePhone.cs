using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Conference.EndToEnd.Tools;

/// <summary>A second make of phone (linphone's console, in a process of its own): registers, dials, holds, transfers with consultation.</summary>
public sealed partial class LinphonePhone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder;
    private readonly PhoneAccount _account;
    private readonly Child _process;

    private LinphonePhone(TempFolder folder, PhoneAccount account, Child process) => (_folder, _account, _process) = (folder, account, process);

    public string Log => _process.Log;

    /// <summary>Switches it on; it registers at once.</summary>
    /// <param name="tone">Its voice in hertz.</param>
    public static async Task<LinphonePhone> SwitchOn(int tone, PhoneAccount account)
    {
        var (folder, sip, audio) = (new TempFolder("linphone"), Ports.Free(2), Ports.Audio(20));
        folder.Folder(Path.Combine("home", ".local", "share", "linphone"));
        Tones.Sine(tone, TimeSpan.FromMinutes(10)).Write(folder.File("voice.wav"));
        await File.WriteAllTextAsync(folder.File("linphonerc"), Config(sip, audio, account.Server.StartsWith('[')));

        var home = new Dictionary<string, string> { ["HOME"] = folder.File("home") };
        var phone = new LinphonePhone(folder, account, Child.Start("stdbuf", ["-oL", "linphonec", "-c", folder.File("linphonerc")], folder.Path, home));
        try
        {
            await phone._process.Says(line => line.Contains("video is disabled", StringComparison.Ordinal), Patience);
            foreach (var command in new[] { "soundcard use files", $"play {folder.File("voice.wav")}", $"record {folder.File("heard.wav")}" }) await phone._process.Type(command);
            await phone._process.Type($"register sip:{account.User}@{account.Server} <sip:{account.Server};transport={account.Transport}> {account.Secret}");
            return phone;
        }
        catch
        {
            await phone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the registrar took it.</summary>
    public Task Registered() => Eventually.True(
        async () =>
        {
            await _process.Type("status register");
            await Task.Delay(TimeSpan.FromMilliseconds(200)); // it answers when it gets round to it
            return Log.Contains("registered, identity=", StringComparison.Ordinal);
        },
        Patience,
        () => $"linphone to be registered; it said\n{Log}");

    /// <summary>Dials and waits until the other side answers and audio flows.</summary>
    /// <returns>The number it gives the call.</returns>
    public async Task<int> Dial(string number)
    {
        var before = Assigned().Count(Log);
        await _process.Type($"call sip:{number}@{_account.Server};transport={_account.Transport}");
        await Eventually.True(() => Assigned().Count(Log) > before, Patience, () => $"a call of linphone; it said\n{Log}");
        var id = int.Parse(Assigned().Matches(Log)[^1].Groups["id"].Value, CultureInfo.InvariantCulture);
        await _process.Says(line => line.Contains("Media streams established", StringComparison.Ordinal) && line.Contains($"call {id} ", StringComparison.Ordinal), Patience);
        return id;
    }

    /// <summary>Presses keys; the phone itself keeps them apart.</summary>
    public Task Press(string keys) => _process.Type(keys);

    /// <summary>Sends a short text (RFC 3428).</summary>
    public Task Text(string number, string text) => _process.Type($"chat sip:{number}@{_account.Server} {text}");

    /// <summary>Waits for a text.</summary>
    public Task IsTold(string text) => _process.Says(line => line.Contains("Message received from", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal), Patience);

    /// <summary>Puts the call it is in on hold.</summary>
    public async Task Hold(int call)
    {
        await _process.Type("pause");
        await _process.Says(line => line.Contains($"Call {call} ", StringComparison.Ordinal) && line.Contains("is now paused", StringComparison.Ordinal), Patience);
    }

    /// <summary>Brings the other sides of two of its calls together (REFER with Replaces, RFC 3891).</summary>
    public Task Transfer(int held, int consulted) => _process.Type(string.Create(CultureInfo.InvariantCulture, $"transfer {held} --to-call {consulted}"));

    /// <summary>Waits until a call has ended, whoever hung up.</summary>
    public Task IsOver(int call) => _process.Says(line => line.Contains($"Call {call} ", StringComparison.Ordinal) && line.Contains(" ended ", StringComparison.Ordinal), Patience);

    public Task HangUp() => _process.Type("terminate");

    /// <summary>Waits until it hears a voice in what it recorded so far.</summary>
    public Task WaitUntilHears(int tone) => Eventually.True(() => Hears(tone), Patience, () => $"linphone to hear {tone} Hz; it said\n{Log}");

    public async ValueTask DisposeAsync()
    {
        if (_process.IsRunning) await _process.Type("quit");
        await _process.Stop(TimeSpan.FromSeconds(3));
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    // it writes the header last, so the rate is not known before: that of whichever codec was agreed
    private bool Hears(int tone)
    {
        if (!File.Exists(_folder.File("heard.wav"))) return false;
        using var file = new FileStream(_folder.File("heard.wav"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        var samples = MemoryMarshal.Cast<byte, short>(memory.ToArray().AsSpan(Math.Min(44, (int)memory.Length))[..((int)Math.Max(0, memory.Length - 44) / 2 * 2)]).ToArray();
        return new[] { 8000, 16000, 48000 }.Any(rate => Tones.Heard(new WavFile(rate, samples, 0), tone, TimeSpan.FromMilliseconds(500)).Any());
    }

    private static string Config(int sip, (int First, int Last) audio, bool isIpv6) => string.Create(CultureInfo.InvariantCulture, $"""
        [sip]
        sip_port={sip}
        sip_tcp_port={sip}
        sip_tls_port={sip + 1}
        use_ipv6={(isIpv6 ? 1 : 0)}
        ipv6_migration_done=1
        guess_hostname=0
        inc_timeout=30
        use_info=0
        use_rfc2833=1
        verify_server_certs=0
        verify_server_cn=0
        default_proxy=-1
        [net]
        mtu=1300
        [rtp]
        audio_rtp_port={audio.First}-{audio.Last}
        video_rtp_port=-1
        audio_jitt_comp=60
        [video]
        enabled=0
        capture=0
        display=0
        automatically_initiate=0
        automatically_accept=0
        [sound]
        ec=0

        """);

    [GeneratedRegex(@"assigned id (?<id>\d+)")]
    private static partial Regex Assigned();
}
