using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>The SIP account a phone uses.</summary>
/// <param name="Server">Host and port of the registrar.</param>
/// <param name="Transport">udp, tcp or tls.</param>
/// <param name="Home">The domain it says it is from; the server's own unless told otherwise.</param>
/// <param name="Proxy">Host and port of a proxy that everything goes through, or <see langword="null"/> for none.</param>
public sealed record PhoneAccount(string User, string Secret, string Server, string Transport = "udp", string? Home = null, string? Proxy = null)
{
    /// <summary>Whether it keeps its connection open and is to be called by it (RFC 5626).</summary>
    public bool KeepsAlive { get; init; }
}

/// <summary>
/// A real phone (baresip in a process of its own): registers, dials, presses keys, speaks with one steady tone
/// and writes down what it hears.
/// </summary>
public sealed class Phone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The amplitude from which a tone counts as a voice, a fraction of that with which phones speak.</summary>
    private const double Loud = 0.01;

    /// <summary>From one key to the next.</summary>
    public static readonly TimeSpan APersonsPace = TimeSpan.FromMilliseconds(250);

    private readonly TempFolder _folder;
    private readonly PhoneAccount _account;
    private readonly int _sipPort;
    private readonly Child _process;
    private readonly ControlLine _control;

    private Phone(string name, int tone, TempFolder folder, PhoneAccount account, int sipPort, Child process, ControlLine control)
    {
        (Name, Tone) = (name, tone);
        (_folder, _account, _sipPort, _process, _control) = (folder, account, sipPort, process, control);
    }

    public string Name { get; }

    /// <summary>The frequency of its voice.</summary>
    public int Tone { get; }

    /// <summary>Where it can be called directly.</summary>
    public string Address => $"sip:{_account.User}@127.0.0.1:{_sipPort}";

    /// <summary>The same over TLS.</summary>
    public string TlsAddress => $"sip:{_account.User}@127.0.0.1:{_sipPort + 1};transport=tls";

    public string Log => _process.Log;

    public IReadOnlyCollection<PhoneEvent> Events => _control.Events;

    /// <summary>Switches a phone on. With an account it registers at once, without one it can only be called.</summary>
    /// <param name="tone">Its voice in hertz.</param>
    /// <param name="answers">Whether it picks up by itself.</param>
    /// <param name="registers">Whether it says where it is, or only places calls.</param>
    /// <param name="protection">What its calls are protected with, as it names that: srtp, srtp-mand, dtls_srtp; empty for nothing.</param>
    public static async Task<Phone> SwitchOn(string name, int tone, PhoneAccount? account = null, bool answers = false, bool registers = true, string protection = "")
    {
        var folder = new TempFolder($"phone-{name}");
        var (sip, control, audio) = (Ports.Free(2), Ports.Free(), Ports.Audio(20)); // baresip takes the port after its own for TLS
        var line = account ?? new PhoneAccount(name, "none", $"127.0.0.1:{sip}");

        Tones.Sine(tone, TimeSpan.FromMinutes(10)).Write(folder.File("voice.wav"));
        await File.WriteAllTextAsync(folder.File("config"), Config(folder, sip, control, audio, protection));
        await File.WriteAllTextAsync(folder.File("accounts"), AccountLine(line, registers && account is not null, answers, protection));
        await File.WriteAllTextAsync(folder.File("contacts"), "");
        await File.WriteAllTextAsync(folder.File("certificate.pem"), Certificate.Pem(name));

        // by the line: else its words would stay in a buffer until it ends
        var process = Child.Start("stdbuf", ["-oL", "baresip", "-f", folder.Path], folder.Path);
        try
        {
            await process.Says(text => text.Contains("baresip is ready", StringComparison.Ordinal), Patience);
            return new Phone(name, tone, folder, line, sip, process, await ControlLine.Open(control));
        }
        catch
        {
            await process.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the registrar took it; by what it prints, as that may be before anybody listens to its events.</summary>
    public Task Registered() => _process.Says(IsTaken, Patience);

    /// <summary>Waits until the registrar took it a second time.</summary>
    public Task RegisteredAgain() => Eventually.True(
        () => _process.Log.Split('\n').Count(IsTaken) > 1, TimeSpan.FromSeconds(60), () => $"{Name} to register again; the phone said\n{Log}");

    /// <summary>Waits until the registrar turned it away.</summary>
    /// <returns>What it prints about that, with the SIP status.</returns>
    public Task<string> RegistrationRefused() => _process.Says(line => line.Contains("reg: ", StringComparison.Ordinal), Patience);

    /// <summary>Dials, and waits for nothing.</summary>
    /// <param name="number">A number on its own server, or a whole SIP URI.</param>
    public async Task Start(string number)
    {
        Forget();
        await _control.Say("dial", Uri(number));
    }

    /// <summary>Dials and waits until the other side answers.</summary>
    public async Task Dial(string number)
    {
        await Start(number);
        await Happens("CALL_ESTABLISHED");
    }

    /// <summary>Dials, and while it rings the other side does something: picks up.</summary>
    public async Task Dial(string number, Func<Task> meanwhile)
    {
        await Start(number);
        await meanwhile();
        await Happens("CALL_ESTABLISHED");
    }

    /// <summary>Dials and waits until it is turned away.</summary>
    /// <returns>Why, as the phone understood it: "486 Busy Here".</returns>
    public async Task<string> DialInVain(string number)
    {
        await Start(number);
        return (await Happens("CALL_CLOSED")).Detail;
    }

    /// <summary>Dials and waits only until it rings on the other side.</summary>
    public async Task Ring(string number)
    {
        await Start(number);
        await Happens("CALL_RINGING");
    }

    /// <summary>Waits for a call and takes it.</summary>
    public async Task PickUp()
    {
        await Happens("CALL_INCOMING");
        Forget();
        await _control.Say("accept");
        await Happens("CALL_ESTABLISHED");
    }

    /// <summary>Puts the call on hold; the other side is told by a re-INVITE.</summary>
    public Task Hold() => _control.Say("hold");

    public Task Resume() => _control.Say("resume");

    /// <summary>Sends the other side to a number (REFER) and waits until it has heard that this worked, which ends its own call.</summary>
    public async Task Transfer(string number)
    {
        Forget();
        await _control.Say("transfer", Uri(number));
        await Happens("CALL_CLOSED");
    }

    /// <summary>Presses keys one after the other, as a person does.</summary>
    /// <returns>When the last was pressed.</returns>
    public async Task<DateTime> Press(string keys)
    {
        var pressed = DateTime.UtcNow;
        foreach (var key in keys)
        {
            await Task.Delay(APersonsPace);
            pressed = DateTime.UtcNow;
            await _control.Say("sndcode", key.ToString());
        }

        return pressed;
    }

    /// <summary>Stops or takes up its tone; the packets go on.</summary>
    public Task ToggleVoice() => _control.Say("mute");

    public async Task HangUp()
    {
        Forget();
        await _control.Say("hangup");
    }

    /// <summary>Waits until the other side ends the call.</summary>
    public async Task<PhoneEvent> IsHungUp()
    {
        var closed = await Happens("CALL_CLOSED");
        Forget();
        return closed;
    }

    /// <summary>Waits for something to happen since the last command.</summary>
    public async Task<PhoneEvent> Happens(string type)
    {
        PhoneEvent? happened = null;
        await Eventually.True(() => (happened = Events.FirstOrDefault(e => e.Type == type)) is not null, Patience, () => $"{type} at {Name}'s phone, which saw {string.Join(' ', Events)} and said\n{Log}");
        return happened!;
    }

    /// <summary>Everything it heard in its last call so far.</summary>
    public WavFile Heard() => WavFile.Read(Recorded().Last());

    /// <summary>Whether its call has got as far as sound.</summary>
    private bool HasHeard => Recorded().Any();

    private IEnumerable<string> Recorded() => Directory.GetFiles(_folder.File("heard"), "*-dec.wav").Order(StringComparer.Ordinal);

    /// <summary>Whether it hears a tone steadily: in each of the last three moments, as a spoken sentence never has it.</summary>
    public bool Hears(int tone)
    {
        if (!HasHeard) return false;
        var wav = Heard();
        var moment = (int)(Tones.Window.TotalSeconds * wav.Rate);
        return wav.Samples.Length >= 3 * moment && Enumerable.Range(1, 3).All(back => Tones.Amplitude(wav.Samples.AsSpan(wav.Samples.Length - back * moment, moment), wav.Rate, tone) > Loud);
    }

    public Task WaitUntilHears(Phone other) => WaitUntilHears(other.Tone);

    public Task WaitUntilHears(int tone) =>
        Eventually.True(() => Hears(tone), Patience, () => $"{Name} to hear {tone} Hz");

    public Task WaitUntilDeafTo(Phone other) => WaitUntilDeafTo(other.Tone);

    public Task WaitUntilDeafTo(int tone) =>
        Eventually.True(() => !Hears(tone), Patience, () => $"{Name} to hear {tone} Hz no more");

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync();
        await _process.Stop(TimeSpan.FromSeconds(2));
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private string Uri(string number) => number.StartsWith("sip:", StringComparison.Ordinal) ? number : $"sip:{number}@{_account.Server};transport={_account.Transport}";

    private static bool IsTaken(string line) => line.Contains("200 OK (", StringComparison.Ordinal) && line.Contains("[1 binding]", StringComparison.Ordinal);

    private void Forget() => _control.Events.Clear();

    private static string AccountLine(PhoneAccount account, bool registers, bool answers, string protection) => string.Create(
        CultureInfo.InvariantCulture,
        $"<sip:{account.User}@{account.Home ?? account.Server};transport={account.Transport}>{(account.KeepsAlive ? ";sipnat=outbound" : "")};auth_user={account.User};auth_pass={account.Secret};regint={(registers ? 600 : 0)};audio_codecs=pcmu/8000/1,pcma/8000/1{(account.Proxy is { } proxy ? $";outbound=\"sip:{proxy};transport={account.Transport}\"" : "")}{(answers ? ";answermode=auto" : "")}{(protection.Length > 0 ? $";mediaenc={protection}" : "")}\n");

    // net_interface takes an address for loopback, not its name; sndfile writes what was heard; the sink only pulls the audio along
    private static string Config(TempFolder folder, int sip, int control, (int First, int Last) audio, string protection) => $"""
        poll_method epoll
        sip_listen 127.0.0.1:{sip}
        sip_certificate {folder.File("certificate.pem")}
        net_interface 127.0.0.1
        call_local_timeout 120
        call_max_calls 4
        audio_source aufile,{folder.File("voice.wav")}
        audio_player aubridge,sink
        audio_alert nil
        ausrc_format s16
        auplay_format s16
        auenc_format s16
        audec_format s16
        audio_buffer 20-160
        audio_level no
        rtp_ports {audio.First}-{audio.Last}
        rtcp_mux {(protection.Length > 0 ? "yes" : "no")}
        jitter_buffer_type fixed
        jitter_buffer_delay 2-10
        module_path /usr/lib/baresip/modules
        module g711.so
        module aufile.so
        module aubridge.so
        module sndfile.so
        {(protection.Length > 0 ? "module srtp.so\nmodule dtls_srtp.so" : "")}
        module_tmp uuid.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        ctrl_tcp_listen 127.0.0.1:{control}
        snd_path {folder.Folder("heard")}

        """;
}
