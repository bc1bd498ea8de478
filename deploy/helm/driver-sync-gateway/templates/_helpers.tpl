{{- define "gateway.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "gateway.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* One deployment. Takes the root context, the role, and the role's values. */}}
{{- define "gateway.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "gateway.name" .root }}-{{ .role }}
  labels:
    {{- include "gateway.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  replicas: {{ .values.replicas }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "gateway.labels" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    metadata:
      labels:
        {{- include "gateway.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
      annotations:
        checksum/accounts: {{ .root.Values.accounts | sha256sum }}
    spec:
      automountServiceAccountToken: false
      # The process takes at most 28 seconds to stop.
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: gateway
          image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          env:
            - { name: NODE_ENV, value: production }
            - { name: HOST, value: 0.0.0.0 }
            - { name: PORT, value: "4000" }
            - { name: ROLE, value: {{ .role }} }
            - { name: ACCOUNTS_FILE, value: /etc/gateway/accounts.yaml }
            {{- range $name, $value := .root.Values.env }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
            {{- end }}
          envFrom:
            - secretRef: { name: {{ .root.Values.existingSecret }} }
          ports:
            - { name: http, containerPort: 4000 }
          # A quarter of an hour: a migration of large tables must not be killed half way. Without one, a start takes seconds.
          startupProbe:
            httpGet: { path: /livez, port: http }
            periodSeconds: 2
            failureThreshold: 450
          livenessProbe:
            httpGet: { path: /livez, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: accounts, mountPath: /etc/gateway, readOnly: true }
      volumes:
        - name: accounts
          configMap: { name: {{ include "gateway.name" .root }}-accounts }
{{- end -}}
